import type { PlaceQuestion } from "./question.ts";
import type { Refusal } from "../domain/feature.ts";
import type { Offer } from "../domain/offer.ts";
import type { RankedOffer } from "../domain/plan.ts";
import { objections } from "./filters.ts";
import type { CelValues } from "./cel/compile.ts";
import { offerScene, withOffer } from "./cel/offer-values.ts";
import { tierHolds } from "./expression-filter.ts";
import { byTotalThenId, fieldOf, score } from "./scorers.ts";
import type { Tier } from "./soft-rules.ts";
import { tierChain, tierOf } from "./tiers.ts";

/** Offers best first, and the others by id, each with every reason. Each offer is in exactly one of the two. */
export interface Placement {
  readonly ranked: readonly RankedOffer[];
  readonly rejected: readonly Rejected[];
}

export interface Rejected {
  readonly offer: Offer;
  readonly reasons: readonly Refusal[];
}

/** Rank every offer that survives and explain every one that does not. Same question, same answer, in whatever order the offers come. */
export function place(question: PlaceQuestion): Placement {
  const { needs, offers, policy, gateway, pin, avoid = [], held = [], workload, peers } = question;
  const seen = expressionValues(question);
  const chain = tierChain(policy.tiers);
  const standing: { readonly offer: Offer; readonly tier: number }[] = [];
  const rejected: Rejected[] = [];
  for (const offer of offers) {
    const values = seen(offer);
    const reasons = objections(offer, { needs, policy, gateway, pin, avoid, held, workload, peers, values });
    if (reasons.length > 0) rejected.push({ offer, reasons });
    else standing.push({ offer, tier: tierOf(offer, chain, tierHolds(values)) ?? chain.length });
  }
  const field = fieldOf(
    standing.map(({ offer }) => offer),
    question.users,
  );
  const scored = standing.map(({ offer, tier }) => ({
    tier,
    ranked: { ...score(offer, field, policy), ...named(chain[tier]) },
  }));
  return {
    ranked: scored
      .sort((a, b) => a.tier - b.tier || byTotalThenId(a.ranked, b.ranked))
      .map(({ ranked }) => ranked),
    rejected: rejected.sort(byId),
  };
}

const named = (tier: Tier | undefined): { readonly tier?: string } =>
  tier === undefined ? {} : { tier: tier.name };

// What expressions see is made only when one asks, once for each offer: most policies have none.
function expressionValues(question: PlaceQuestion): (offer: Offer) => () => CelValues {
  let scene: CelValues | undefined;
  return (offer) => {
    let values: CelValues | undefined;
    return () => (values ??= withOffer((scene ??= offerScene(question)), offer));
  };
}

function byId(a: Rejected, b: Rejected): number {
  return a.offer.id < b.offer.id ? -1 : Number(a.offer.id > b.offer.id);
}
