import type { Refusal } from "../../domain/feature.ts";
import { type Decimal, subtract } from "../../domain/money.ts";
import type { Billing, Offer } from "../../domain/offer.ts";
import { type Place, samePlace } from "../../domain/place.ts";
import type { RejectedGroup } from "../../domain/plan.ts";
import type { Incumbent } from "../question.ts";
import type { Decision } from "../decision.ts";
import { groupRejected } from "../group-rejected.ts";
import { splitPrice } from "../split-price.ts";
import { type Parts, partsOf, whyOf } from "../where-to.ts";

/** What a change would make of one workload. */
export interface Effect {
  /**
   * `moves`: the next plan would put it elsewhere, or buy the place in another way. `repriced`: it stays and costs more or
   * less. `unplaceable`: no place could take it.
   */
  readonly outcome: "unchanged" | "repriced" | "moves" | "unplaceable";
  /** Where the next plan would put it as things stand: mostly where it runs. Absent when no place can take it even now. */
  readonly from?: Spot | undefined;
  /** Where it would go with the change. */
  readonly to?: Spot | undefined;
  /** The sentence of the decision with the change. */
  readonly because: string;
  /** What a month costs more with the change, less where it is negative. Absent where one of the two is not placed. */
  readonly differenceUsd?: Decimal | undefined;
  /** Why the place where it runs would be forbidden. */
  readonly violation?: Violation | undefined;
  /** Of one without a place: what stands against most places, and whether it has none even without the change. */
  readonly unplaceable?: Unplaceable | undefined;
}

/** A way to run it, and what that costs a month. */
export interface Spot {
  readonly offer: string;
  /** The chosen one; and the others where its replicas are divided. */
  readonly places: readonly Place[];
  readonly billing: Billing;
  readonly expectedUsd: Decimal;
}

export interface Violation {
  readonly place: Place;
  readonly reasons: readonly Refusal[];
  /** The policy in force forbids it already. */
  readonly already: boolean;
}

export interface Unplaceable {
  readonly already: boolean;
  readonly groups: readonly RejectedGroup[];
}

/** Groups of reasons told of a workload that no place can take. */
const MAX_GROUPS = 5;

/** Hold two decisions about one workload against each other: as things stand, and with the change. */
export function compareDecisions(
  before: Decision,
  after: Decision,
  incumbents: readonly Incumbent[],
): Effect {
  const from = spotOf(before);
  const to = spotOf(after);
  const differenceUsd = from && to && subtract(to.expectedUsd, from.expectedUsd);
  return {
    outcome: outcomeOf(before, after, differenceUsd),
    from,
    to,
    because: whyOf(after),
    differenceUsd,
    violation: incumbents.flatMap((incumbent) => violationOf(before, after, incumbent) ?? [])[0],
    unplaceable: to === undefined ? unplaceableOf(before, after) : undefined,
  };
}

function outcomeOf(before: Decision, after: Decision, differenceUsd: Decimal | undefined): Effect["outcome"] {
  const [from, to] = [partsOf(before), partsOf(after)];
  if (to === undefined) return "unplaceable";
  if (from === undefined || !alike(before, after, from, to)) return "moves";
  return differenceUsd === undefined || differenceUsd === "0" ? "unchanged" : "repriced";
}

// Two decisions to stay are one, also where another host of the same pool would be named.
function alike(before: Decision, after: Decision, from: Parts, to: Parts): boolean {
  const same = (of: (offer: Offer) => string): boolean => {
    const [a, b] = [from, to].map((parts) =>
      [...new Set(parts.map(({ ranked }) => of(ranked.offer)))].sort(),
    );
    return a?.join("\n") === b?.join("\n");
  };
  return same(({ id }) => id) || (before.choice.stays && after.choice.stays && same(pool));
}

const pool = ({ place, billing }: Offer): string =>
  JSON.stringify([place.provider, place.target, place.region, billing]);

function spotOf(decision: Decision): Spot | undefined {
  const parts = partsOf(decision);
  const chosen = decision.choice.chosen?.offer;
  const price = parts && splitPrice(parts);
  if (parts === undefined || chosen === undefined || price === undefined) return undefined;
  const others = parts
    .map(({ ranked }) => ranked.offer.place)
    .filter((place) => !samePlace(place, chosen.place));
  const { id, place, billing } = chosen;
  return { offer: id, places: [place, ...others], billing, expectedUsd: price.expectedUsd };
}

function violationOf(before: Decision, after: Decision, incumbent: Incumbent): Violation | undefined {
  const reasons = againstIncumbent(after, incumbent);
  if (reasons.length === 0) return undefined;
  return { place: incumbent.place, reasons, already: againstIncumbent(before, incumbent).length > 0 };
}

/** What policy says against the way it runs now; nothing where that way is allowed, or is not offered any more. */
export function againstIncumbent({ placement }: Decision, incumbent: Incumbent): readonly Refusal[] {
  const here = ({ offer }: { readonly offer: Offer }): boolean =>
    samePlace(offer.place, incumbent.place) && offer.billing === incumbent.billing;
  if (placement.ranked.some(here)) return [];
  const rejected = placement.rejected.filter(here);
  const own = rejected.find(({ offer }) => offer.id === incumbent.offer) ?? rejected[0];
  return own?.reasons.filter(({ rule }) => rule.startsWith(POLICY_RULE)) ?? [];
}

/** How the names of rules begin that a policy's author wrote; what a place cannot do is nobody's violation. */
const POLICY_RULE = "policy:";

function unplaceableOf(before: Decision, after: Decision): Unplaceable {
  const groups = groupRejected(after.placement.rejected.map(({ offer, reasons }) => ({ offer, reasons })));
  return {
    already: partsOf(before) === undefined,
    groups: groups
      .slice(0, MAX_GROUPS)
      .flatMap((group) =>
        group[0] === undefined ? [] : [{ offers: group.length, reasons: group[0].reasons }],
      ),
  };
}
