import type { FieldFidelity } from "../domain/feature.ts";
import type { Offer } from "../domain/offer.ts";
import type { RankedOffer } from "../domain/plan.ts";
import type { Policy } from "./policy.ts";
import type { Weights } from "./soft-rules.ts";

/** Scores and total of one offer among `field`, every offer still standing. All are 0 (worst) to 1 (best). */
export function score(offer: Offer, field: Field, policy: Policy): RankedOffer {
  const scores: Record<keyof Weights, number> = {
    cost: costScore(offer, field),
    latency: 0,
    carbon: 0,
    fidelity: fidelityScore(offer),
    stability: offer.billing === "spot" ? SPOT_STABILITY : 1,
  };
  return { offer, total: weighted(scores, policy.weights), scores };
}

/** What scorers need to know of the whole field. */
export interface Field {
  readonly cheapestUsd: number;
}

/** The field of the offers that nothing speaks against; all of them have a price. */
export function fieldOf(offers: readonly Offer[]): Field {
  const cheapestUsd = offers.reduce((least, offer) => Math.min(least, expectedUsd(offer)), Infinity);
  return { cheapestUsd };
}

/** Orders by total, best first; ties fall to the id, so that the same question always has the same answer. */
export function byTotalThenId(a: RankedOffer, b: RankedOffer): number {
  return b.total - a.total || (a.offer.id < b.offer.id ? -1 : Number(a.offer.id > b.offer.id));
}

/** Spot can go within two minutes (Fargate) or at once (Container Instances). */
const SPOT_STABILITY = 0.3;
/** Added to both prices, so that places that cost nothing compare with those that cost cents. */
const COST_OFFSET_USD = 1;
const KEEPS: Readonly<Record<FieldFidelity["level"], number>> = {
  exact: 1,
  snapped: 0.97,
  emulated: 0.95,
  dropped: 0.5,
};

function costScore(offer: Offer, { cheapestUsd }: Field): number {
  return (cheapestUsd + COST_OFFSET_USD) / (expectedUsd(offer) + COST_OFFSET_USD);
}

function fidelityScore({ fidelity }: Offer): number {
  return fidelity.reduce((product, { level }) => product * KEEPS[level], 1);
}

function weighted(scores: Readonly<Record<keyof Weights, number>>, weights: Weights): number {
  const sum = weights.cost + weights.fidelity + weights.stability;
  // A policy may weigh nothing; then every place is as good as any other and the id decides.
  if (sum === 0) return 0;
  const total =
    scores.cost * weights.cost + scores.fidelity * weights.fidelity + scores.stability * weights.stability;
  return total / sum;
}

// A score is a comparison, not money: the float is never added up or shown as an amount.
const expectedUsd = (offer: Offer): number => Number(offer.price?.expectedUsd ?? Infinity);
