import { type Decimal, subtract } from "../../domain/money.ts";
import type { Billing, Offer } from "../../domain/offer.ts";
import { type Place, samePlace } from "../../domain/place.ts";
import type { RejectedGroup } from "../../domain/plan.ts";
import { againstIncumbent, type Forbidden, forbiddenBy } from "../against.ts";
import type { Decision } from "../decision.ts";
import { groupRejected } from "../group-rejected.ts";
import type { Incumbent } from "../question.ts";
import type { Spread } from "../soft-rules.ts";
import { splitPrice } from "../split-price.ts";
import { type Parts, partsOf } from "../where-to.ts";
import { whyMoved } from "./why-moved.ts";

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
  /** Why the policy that is changed would forbid the place where it runs. */
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

export interface Violation extends Forbidden {
  /** The policies in force forbid it already. */
  readonly already: boolean;
}

export interface Unplaceable {
  readonly already: boolean;
  readonly groups: readonly RejectedGroup[];
}

/** Groups of reasons told of a workload that no place can take. */
const MAX_GROUPS = 5;

/** What a change is judged from, besides the two decisions. */
export interface Judging {
  readonly incumbents: readonly Incumbent[];
  /** The decision without the policy that is changed, for what that one forbids is told; asked for only where it matters. */
  readonly without?: (() => Decision) | undefined;
  /** The spread that the change asks for, where that is another than before. */
  readonly spread?: Spread | undefined;
}

/** Hold two decisions about one workload against each other: as things stand, and with the change. */
export function compareDecisions(before: Decision, after: Decision, judging: Judging): Effect {
  const { incumbents, spread } = judging;
  const from = spotOf(before);
  const to = spotOf(after);
  const differenceUsd = from && to && subtract(to.expectedUsd, from.expectedUsd);
  return {
    outcome: outcomeOf(before, after, differenceUsd),
    from,
    to,
    because: whyMoved({ before, after, incumbents, spread, differenceUsd }),
    differenceUsd,
    violation: violationOf(before, after, judging),
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

function violationOf(
  before: Decision,
  after: Decision,
  { incumbents, without }: Judging,
): Violation | undefined {
  const any = forbiddenBy(after, undefined, incumbents);
  if (any === undefined) return undefined;
  const found = without === undefined ? any : forbiddenBy(after, without(), incumbents);
  if (found === undefined) return undefined;
  const now = new Set(
    incumbents
      .filter(({ place }) => samePlace(place, found.place))
      .flatMap((incumbent) => againstIncumbent(before, incumbent).map(({ rule }) => rule)),
  );
  return { ...found, already: found.reasons.every(({ rule }) => now.has(rule)) };
}

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
