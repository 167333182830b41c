import type { RankedOffer } from "../domain/plan.ts";
import { placeLabel, samePlace } from "../domain/place.ts";
import { type Held, roomIn } from "./held.ts";

/** Replicas on one offer. */
interface Part {
  readonly ranked: RankedOffer;
  readonly replicas: number;
}

export type Allotment =
  | { readonly ok: true; readonly parts: readonly Part[] }
  | { readonly ok: false; readonly because: string };

/**
 * Split replicas over the places of one target by the room they have: the chosen one first, then those that hold some
 * already, then in rank order. No target is mixed with another.
 */
export function allot(
  ranked: readonly RankedOffer[],
  chosen: RankedOffer,
  replicas: number,
  held: readonly Held[] = [],
): Allotment {
  const parts: Part[] = [];
  let left = replicas;
  for (const candidate of candidates(ranked, chosen, held)) {
    const here = Math.min(left, roomIn(candidate.offer, held) ?? left);
    // Zero replicas still have a place: that of the chosen offer.
    if (here > 0 || (replicas === 0 && candidate === chosen))
      parts.push({ ranked: candidate, replicas: here });
    left -= here;
  }
  if (left === 0) return { ok: true, parts };
  const target = chosen.offer.place.target ?? placeLabel(chosen.offer.place);
  const because = `${target} has room for ${replicas - left} of ${replicas} replicas now: lower scale.min, or add capacity`;
  return { ok: false, because };
}

/** One offer for each place of the chosen target and region: offers of one place share its room, so only one of them counts. */
function candidates(
  ranked: readonly RankedOffer[],
  chosen: RankedOffer,
  held: readonly Held[],
): readonly RankedOffer[] {
  const { provider, target, region } = chosen.offer.place;
  const taken = [chosen];
  for (const next of ranked) {
    const { place, billing } = next.offer;
    const together =
      place.provider === provider &&
      place.target === target &&
      place.region === region &&
      billing === chosen.offer.billing;
    if (together && !taken.some(({ offer }) => samePlace(offer.place, place))) taken.push(next);
  }
  const holds = ({ offer }: RankedOffer): boolean => held.some(({ place }) => samePlace(place, offer.place));
  const others = taken.slice(1);
  return [chosen, ...others.filter(holds), ...others.filter((other) => !holds(other))];
}
