import { samePlace } from "../domain/place.ts";
import type { Explanation, RankedOffer, RejectedOffer } from "../domain/plan.ts";
import type { Choice } from "./choose.ts";
import type { Incumbent } from "./question.ts";
import { groupRejected } from "./group-rejected.ts";
import type { Placement } from "./place.ts";
import type { Policy } from "./policy.ts";

export interface Explained {
  readonly placement: Placement;
  /** Lines beside the placement: targets that could not answer, places that nobody connected. */
  readonly refused?: readonly RejectedOffer[] | undefined;
  readonly policy: Policy;
  readonly choice: Choice;
  readonly incumbent?: Incumbent | undefined;
  /** Overrides that shaped the placement, in words. */
  readonly overrides: readonly string[];
}

/** What a stored explanation keeps: a row holds at most 900 kB, and a person reads far less. */
export const MAX_RANKED = 50;
export const MAX_REJECTED = 200;
export const MAX_GROUPS = 50;

/** The placement as it is stored with a plan. The chosen offer and the incumbent's are always among those kept. */
export function explain({
  placement,
  refused = [],
  policy,
  choice,
  incumbent,
  overrides,
}: Explained): Explanation {
  const all = [...placement.rejected.map(slim), ...refused];
  const ranked = keepRanked(placement.ranked, choice, incumbent);
  const rejected = keepRejected(all, incumbent);
  const omitted = { ranked: placement.ranked.length - ranked.length, rejected: all.length - rejected.length };
  return {
    ranked,
    rejected,
    policy: policy.name,
    incumbent: incumbent && { place: incumbent.place, stays: choice.stays, because: choice.because },
    overrides,
    omitted: omitted.ranked + omitted.rejected === 0 ? undefined : { ...omitted, groups: groupsOf(all) },
  };
}

// A refused offer is kept for its reasons; its price lines would fill the row.
function slim({ offer, reasons }: Placement["rejected"][number]): RejectedOffer {
  return { offer: { id: offer.id, place: offer.place }, reasons };
}

function keepRanked(
  ranked: readonly RankedOffer[],
  choice: Choice,
  incumbent: Incumbent | undefined,
): readonly RankedOffer[] {
  const first = ranked.slice(0, MAX_RANKED);
  const must = ranked
    .slice(MAX_RANKED)
    .filter((one) => one === choice.chosen || isAt(one, incumbent))
    .slice(0, MAX_RANKED / 2);
  return [...first.slice(0, MAX_RANKED - must.length), ...must];
}

// Every kind of reason is shown before any is shown again, so that the rare one is not lost among the many.
function keepRejected(
  all: readonly RejectedOffer[],
  incumbent: Incumbent | undefined,
): readonly RejectedOffer[] {
  if (all.length <= MAX_REJECTED) return all;
  const kept = new Set(all.filter((one) => isAt(one, incumbent)).slice(0, MAX_REJECTED));
  const groups = groupRejected(all);
  for (let round = 0; round < all.length && kept.size < MAX_REJECTED; round++)
    for (const group of groups) {
      const one = group[round];
      if (one !== undefined && kept.size < MAX_REJECTED) kept.add(one);
    }
  return all.filter((one) => kept.has(one));
}

function groupsOf(all: readonly RejectedOffer[]): NonNullable<Explanation["omitted"]>["groups"] {
  return groupRejected(all)
    .slice(0, MAX_GROUPS)
    .flatMap((group) =>
      group[0] === undefined ? [] : [{ offers: group.length, reasons: group[0].reasons }],
    );
}

const isAt = ({ offer }: Pick<RejectedOffer, "offer">, incumbent: Incumbent | undefined): boolean =>
  incumbent !== undefined && samePlace(offer.place, incumbent.place);
