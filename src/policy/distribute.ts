import type { Distribution } from "./distribution.ts";
import type { RankedOffer } from "../domain/plan.ts";
import { placeLabel, samePlace } from "../domain/place.ts";
import { allot, type Allotment } from "./allot.ts";
import type { Choice } from "./choose.ts";
import { groupKey, placesOf, roomBeside } from "./place-groups.ts";
import { spreadOut } from "./spread-out.ts";

/**
 * Divide the replicas: spread where the policy says so; over the tiers where they overflow; else all in one place, which is the chosen
 * one, or the next that has room for all when the chosen one has not.
 */
export function distribute(distribution: Distribution): {
  readonly choice: Choice;
  readonly split: Allotment;
} {
  const { ranked, choice, replicas, policy, held } = distribution;
  if (policy.spread !== undefined) return { choice, split: spreadOut(distribution, policy.spread) };
  const whole = allot(ranked, choice.chosen, replicas.min, held);
  if (whole.ok) return { choice, split: whole };
  if (policy.tiers.length > 0) return { choice, split: overflow(distribution, whole.because) };
  for (const next of placesOf(ranked)) {
    const split = allot(ranked, next, replicas.min, held);
    if (!split.ok) continue;
    const because = `${choice.because}; ${whole.because}, so ${placeLabel(next.offer.place)} comes next`;
    const stays = distribution.incumbents.some(({ place }) => samePlace(place, next.offer.place));
    return { choice: { chosen: next, stays, because }, split };
  }
  return { choice, split: whole };
}

// Ranked offers are in the order of their tiers, so filling them in turn is the overflow. Offers of one place share its room.
function overflow({ ranked, choice, replicas, held }: Distribution, because: string): Allotment {
  const parts: { readonly ranked: RankedOffer; readonly replicas: number }[] = [];
  const isTaken = ({ offer }: RankedOffer): boolean =>
    parts.some((part) => samePlace(part.ranked.offer.place, offer.place));
  let left = replicas.min;
  for (const one of placesOf([choice.chosen, ...ranked])) {
    const open = ranked.filter((next) => groupKey(next) === groupKey(one) && !isTaken(next));
    const [first] = isTaken(one) ? open : [one];
    const here = first === undefined ? 0 : Math.min(left, roomBeside(open, first, held));
    if (first === undefined || here === 0) continue;
    const split = allot(open, first, here, held);
    if (!split.ok) continue;
    parts.push(...split.parts);
    left -= here;
  }
  if (left === 0) return { ok: true, parts };
  return { ok: false, because: `${because}; all tiers together have room for ${replicas.min - left}` };
}
