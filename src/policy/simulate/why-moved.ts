import type { Refusal } from "../../domain/feature.ts";
import { compare, type Decimal, formatUsd, subtract } from "../../domain/money.ts";
import type { Offer } from "../../domain/offer.ts";
import { type Place, placeLabel, samePlace } from "../../domain/place.ts";
import { refusalOf } from "../against.ts";
import type { Decision } from "../decision.ts";
import type { Incumbent } from "../question.ts";
import type { Spread } from "../soft-rules.ts";
import { type Parts, partsOf, whyOf } from "../where-to.ts";

/** What a change does to a workload. */
export interface Difference {
  /** The decisions as things stand, and with the change. */
  readonly before: Decision;
  readonly after: Decision;
  readonly incumbents: readonly Incumbent[];
  /** The spread that the change asks for, where that is another than before. */
  readonly spread?: Spread | undefined;
  /** What a month costs more with the change. */
  readonly differenceUsd?: Decimal | undefined;
}

/**
 * Why a workload goes where it goes: what stands against the places it would be at otherwise, before anything that is saved. A choice
 * speaks of all replicas at one place, so its own sentence serves where there is but one.
 */
export function whyMoved({ before, after, incumbents, spread, differenceUsd }: Difference): string {
  const parts = partsOf(after);
  if (parts === undefined) return whyOf(after);
  const here = partsOf(before)?.map(({ ranked }) => ranked.offer) ?? incumbents.map(asOffer);
  const refused = here.flatMap(({ id, place, billing }) => {
    const reasons = refusalOf(after, { offer: id, place, billing });
    const runs = incumbents.some((one) => samePlace(one.place, place));
    return reasons.length === 0 ? [] : [{ place, billing, reasons, runs }];
  });
  // Another way of buying the same place may be allowed: then a choice speaks of that, and not of the one that was refused.
  const told = refused.every(({ runs, place }) => runs && !isRanked(after, place));
  if (Math.max(incumbents.length, here.length, parts.length) <= 1 && told) return whyOf(after);
  const goes = goesTo(parts, here);
  if (refused.length > 0) return `${refusals(refused)}; ${goes}`;
  if (spread !== undefined)
    return `the policy spreads it over ${spread.minimum} or more of ${spread.over}; ${goes}`;
  return goes + atCost(differenceUsd);
}

type Bought = Pick<Offer, "id" | "place" | "billing">;

const asOffer = ({ offer, place, billing }: Incumbent): Bought => ({ id: offer, place, billing });

function isRanked({ placement }: Decision, place: Place): boolean {
  return placement.ranked.some(({ offer }) => samePlace(offer.place, place));
}

interface Refused extends Omit<Bought, "id"> {
  readonly reasons: readonly Refusal[];
  /** Whether it runs there now, and would not only go there. */
  readonly runs: boolean;
}

// Places with the same reasons are told together: `a and b, where it runs now, were refused: ...`.
function refusals(refused: readonly Refused[]): string {
  const said = Map.groupBy(refused, ({ reasons, runs }) =>
    JSON.stringify([reasons.map(({ message }) => message), runs]),
  );
  return [...said.values()]
    .map((alike) => {
      const names = distinct(alike.map(nameOf));
      const reasons = alike[0]?.reasons.map(({ message }) => message).join("; ") ?? "";
      const where = alike[0]?.runs === true ? "where it runs now" : "where it would go otherwise";
      return `${listed(names)}, ${where}, ${names.length === 1 ? "was" : "were"} refused: ${reasons}`;
    })
    .join("; ");
}

function goesTo(parts: Parts, from: readonly Bought[]): string {
  const names = distinct(parts.map(({ ranked }) => nameOf(ranked.offer)));
  const here = distinct(from.map(nameOf));
  const arrives = names.filter((name) => !here.includes(name));
  const leaves = here.filter((name) => !names.includes(name));
  if (here.length === 0) return `it goes to ${listed(names)}`;
  if (arrives.length === 0) return `it stays at ${listed(names)}`;
  return `it goes to ${listed(arrives)}${leaves.length === 0 ? ", too" : ` instead of ${listed(leaves)}`}`;
}

function atCost(differenceUsd: Decimal | undefined): string {
  if (differenceUsd === undefined || compare(differenceUsd, "0") === 0) return "";
  const less = compare(differenceUsd, "0") < 0;
  const amount = less ? subtract("0", differenceUsd) : differenceUsd;
  return `, for ${formatUsd(amount)} a month ${less ? "less" : "more"}`;
}

const nameOf = ({ place, billing }: Pick<Bought, "place" | "billing">): string =>
  billing === "spot" ? `${placeLabel(place)} Spot` : placeLabel(place);
const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)];

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}
