import { itemAt } from "./at.ts";
import type { RankedOffer } from "../domain/plan.ts";
import { samePlace } from "../domain/place.ts";
import { allot, type Allotment } from "./allot.ts";
import { choose } from "./choose.ts";
import type { Incumbent } from "./question.ts";
import type { Distribution } from "./distribution.ts";
import { roomBeside } from "./place-groups.ts";
import { spreadValue } from "./spread.ts";
import type { Spread } from "./soft-rules.ts";

/** A place for one of the values that replicas are spread over. */
interface Stand {
  readonly value: string;
  readonly ranked: RankedOffer;
  /** The offers with this value: hosts of one pool may stand in several countries, and each counts once. */
  readonly group: readonly RankedOffer[];
  readonly room: number;
}

/**
 * Replicas on at least as many distinct values as the policy asks for, in parts as even as their room allows. The chosen place comes
 * first, then values where it runs already, then the best ranked.
 */
export function spreadOut(distribution: Distribution, spread: Spread): Allotment {
  const { ranked, replicas, held } = distribution;
  const { min, max } = replicas;
  const stands = standsOf(distribution, spread).filter(({ room }) => room > 0);
  const most = min === 0 ? max : min;
  const wanted = Math.min(spread.minimum, most, stands.length);
  if (wanted < spread.minimum && spread.whenUnsatisfiable !== "ignore") return refused(spread, most, stands);
  // In the order of the ranking, whichever place was chosen first: so the same question again gives each place the same part.
  const used = [...enough(stands, wanted, min)].sort(
    (a, b) => ranked.indexOf(a.ranked) - ranked.indexOf(b.ranked),
  );
  const counts = shared(used, min);
  const missing = min - counts.reduce((sum, count) => sum + count, 0);
  if (missing > 0) {
    const because = `the places it may be spread over have room for ${min - missing} of ${min} replicas now: lower scale.min, or add capacity`;
    return { ok: false, because };
  }
  const splits = used.map((stand, index) => allot(stand.group, stand.ranked, itemAt(counts, index), held));
  const failed = splits.find((split) => !split.ok);
  return failed ?? { ok: true, parts: splits.flatMap((split) => (split.ok ? split.parts : [])) };
}

function refused({ over, minimum }: Spread, replicas: number, stands: readonly Stand[]): Allotment {
  const asked = `the policy spreads it over ${minimum} or more ${PLURAL[over]}`;
  const because =
    replicas < minimum
      ? `${asked}, and it has ${replicas} ${replicas === 1 ? "replica" : "replicas"}: set scale.min to ${minimum} or more`
      : `${asked}, and only ${stands.length} can take it (${stands.map(({ value }) => value).join(", ")}): allow or connect another, or set spread.whenUnsatisfiable to ignore`;
  return { ok: false, because };
}
const PLURAL = {
  provider: "providers",
  target: "targets",
  region: "regions",
  jurisdiction: "jurisdictions",
} as const;

function standsOf(distribution: Distribution, { over }: Spread): readonly Stand[] {
  const { ranked, choice, policy, held, incumbents } = distribution;
  const groups = new Map<string, RankedOffer[]>();
  for (const one of [choice.chosen, ...ranked]) {
    const value = spreadValue(one.offer, over);
    groups.set(value, [...(groups.get(value) ?? []), one]);
  }
  const stands = [...groups].map(([value, group]) => {
    const best = itemAt(group, 0);
    // Each value has a place of its own, which is left only for the reasons a workload leaves its place.
    const here = incumbentIn(group, incumbents);
    const kept = here && choose({ ranked: group, rejected: [] }, here, policy).chosen;
    const stays = best === choice.chosen ? best : kept;
    const one = stays ?? withRoom(group, best, held);
    return { value, ranked: one, group, runs: here !== undefined, room: roomBeside(group, one, held) };
  });
  const first = spreadValue(choice.chosen.offer, over);
  const order = (stand: (typeof stands)[number]): number => (stand.value === first ? 0 : stand.runs ? 1 : 2);
  return stands.sort((a, b) => order(a) - order(b));
}

// The best of a value that has room at all; a full one would leave the value out.
function withRoom(group: readonly RankedOffer[], best: RankedOffer, held: Distribution["held"]): RankedOffer {
  return group.find((one) => roomBeside(group, one, held) > 0) ?? best;
}

// Of several hosts where it runs the best ranked; else any of its pool, whose hosts are interchangeable.
function incumbentIn(
  group: readonly RankedOffer[],
  incumbents: Distribution["incumbents"],
): Incumbent | undefined {
  const exact = group.map(({ offer }) => incumbents.find(({ place }) => samePlace(place, offer.place)));
  return (
    exact.find((one) => one !== undefined) ??
    incumbents.find(({ place: { provider, target, region } }) =>
      group.some(
        ({ offer: { place } }) =>
          place.provider === provider && place.target === target && place.region === region,
      ),
    )
  );
}

// No more values than are asked for, unless those have not the room for all replicas.
function enough(stands: readonly Stand[], wanted: number, replicas: number): readonly Stand[] {
  let count = wanted;
  const room = (of: number): number => stands.slice(0, of).reduce((sum, stand) => sum + stand.room, 0);
  while (count < stands.length && room(count) < replicas) count += 1;
  return stands.slice(0, count);
}

// One to each in turn, as long as it has room.
function shared(stands: readonly Stand[], replicas: number): readonly number[] {
  const counts = stands.map(() => 0);
  let left = replicas;
  for (let given = 1; left > 0 && given > 0;) {
    given = 0;
    for (const [index, { room }] of stands.entries()) {
      const has = itemAt(counts, index);
      if (left === 0 || has >= room) continue;
      counts[index] = has + 1;
      left -= 1;
      given += 1;
    }
  }
  return counts;
}
