import { fidelityScore } from "../catalog/features/fidelity-score.ts";
import type { Offer } from "../domain/offer.ts";
import type { RankedOffer } from "../domain/plan.ts";
import { estimatedRttMs } from "./latency.ts";
import type { UsersAt } from "./question.ts";
import type { Policy } from "./policy.ts";
import type { Weights } from "./soft-rules.ts";

/** Scores and total of one offer among `field`, every offer still standing. All are 0 (worst) to 1 (best). */
export function score(offer: Offer, field: Field, policy: Policy): RankedOffer {
  const { latency, carbon } = field;
  const scores: Record<keyof Weights, number> = {
    cost: nearness(expectedUsd(offer), field.cheapestUsd, COST_OFFSET_USD),
    latency: measured(latencyMs(offer, field.users), latency, LATENCY_OFFSET_MS),
    carbon: measured(offer.gridGramsPerKwh, carbon, CARBON_OFFSET_GRAMS),
    fidelity: fidelityScore(offer.fidelity),
    stability: stabilityOf(offer),
  };
  const weights = countedWeights(policy, field.users);
  const notes = notesOn(offer, field, weights);
  const counted = Object.entries(scores).filter(([name]) => name in SHOWN || weightOf(weights, name) > 0);
  return {
    offer,
    total: totalOf(scores.cost, scores.latency, scores.carbon, scores.fidelity, scores.stability, weights),
    scores: Object.fromEntries(counted),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** What scorers need to know of the whole field. */
export interface Field {
  readonly cheapestUsd: number;
  readonly users: readonly UsersAt[];
  /** Estimated round trips to the users, ms, and grid intensities, g/kWh; absent where none is known. */
  readonly latency?: Range | undefined;
  readonly carbon?: Range | undefined;
}
export interface Range {
  readonly best: number;
  readonly worst: number;
}

/** The field of the offers that nothing speaks against; all of them have a price. */
export function fieldOf(offers: readonly Offer[], users: readonly UsersAt[] = []): Field {
  return {
    cheapestUsd: offers.reduce((least, offer) => Math.min(least, expectedUsd(offer)), Infinity),
    users,
    latency: rangeOf(offers.map((offer) => latencyMs(offer, users))),
    carbon: rangeOf(offers.map(({ gridGramsPerKwh }) => gridGramsPerKwh)),
  };
}

/** Estimated round trip from an offer to the users, ms, as their weighted mean; undefined without users, or where it is not known. */
export function latencyMs({ location }: Offer, users: readonly UsersAt[]): number | undefined {
  if (location === undefined || users.length === 0) return undefined;
  const all = users.reduce((sum, { weight }) => sum + weight, 0);
  return users.reduce((sum, user) => sum + (estimatedRttMs(location, user) * user.weight) / all, 0);
}

/** The weights that count: without users there is no latency to weigh. */
export function countedWeights({ weights }: Policy, users: readonly UsersAt[]): Weights {
  return users.length > 0 ? weights : { ...weights, latency: 0 };
}

/** How steady what is bought in a way is, 0 to 1. */
export const stabilityOf = ({ billing }: Pick<Offer, "billing">): number =>
  billing === "spot" ? SPOT_STABILITY : 1;

/** The total of five scores. */
export function totalOf(
  cost: number,
  latency: number,
  carbon: number,
  fidelity: number,
  stability: number,
  weights: Weights,
): number {
  const sum = weights.cost + weights.latency + weights.carbon + weights.fidelity + weights.stability;
  // A policy may weigh nothing; then every place is as good as any other and the id decides.
  if (sum === 0) return 0;
  return (
    (cost * weights.cost +
      latency * weights.latency +
      carbon * weights.carbon +
      fidelity * weights.fidelity +
      stability * weights.stability) /
    sum
  );
}

/** Orders by total, best first; ties fall to the id, so that the same question always has the same answer. */
export function byTotalThenId(a: RankedOffer, b: RankedOffer): number {
  return b.total - a.total || (a.offer.id < b.offer.id ? -1 : Number(a.offer.id > b.offer.id));
}

/** Spot can go within two minutes (Fargate) or at once (Container Instances). */
const SPOT_STABILITY = 0.3;
/** Added to both prices, so that places that cost nothing compare with those that cost cents. */
export const COST_OFFSET_USD = 1;
/** As much again as within one place: 5 ms and 15 ms are both near. */
export const LATENCY_OFFSET_MS = 10;
/** The cleanest grids: below this, differences are noise. */
export const CARBON_OFFSET_GRAMS = 20;
/** Shown even where they weigh nothing; the others only where they count. */
const SHOWN = { cost: true, fidelity: true, stability: true } as const;

// The best of the field over one's own, both with an offset, so that nothing and next to nothing still compare.
export function nearness(own: number, best: number, offset: number): number {
  return (best + offset) / (own + offset);
}

// What is not known counts as the worst that is; where nothing is known, all are alike.
export function measured(own: number | undefined, range: Range | undefined, offset: number): number {
  return range === undefined ? 1 : nearness(own ?? range.worst, range.best, offset);
}

export function rangeOf(values: readonly (number | undefined)[]): Range | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return undefined;
  const best = known.reduce((least, value) => Math.min(least, value), Infinity);
  return { best, worst: known.reduce((most, value) => Math.max(most, value), 0) };
}

function notesOn({ location, gridGramsPerKwh }: Offer, field: Field, weights: Weights): readonly string[] {
  const { carbon, latency } = field;
  return [
    ...(weights.carbon > 0 && gridGramsPerKwh === undefined
      ? [
          `carbon of its grid is not known${carbon === undefined ? "" : `: counted as the worst that is, ${carbon.worst} g/kWh`}`,
        ]
      : []),
    ...(weights.latency > 0 && location === undefined
      ? [
          `where it is is not known${latency === undefined ? "" : `: counted as the farthest that is, ${Math.round(latency.worst)} ms`}`,
        ]
      : []),
  ];
}

const weightOf = (weights: Weights, name: string): number => Number(Reflect.get(weights, name));

// A score is a comparison, not money: the float is never added up or shown as an amount.
export const expectedUsd = (offer: Offer): number => Number(offer.price?.expectedUsd ?? Infinity);
