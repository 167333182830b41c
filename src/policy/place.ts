import type { GatewayFeatures, Refusal } from "../domain/feature.ts";
import type { Needs } from "../domain/needs.ts";
import type { Offer } from "../domain/offer.ts";
import type { RankedOffer } from "../domain/plan.ts";
import type { Incumbent } from "./choose.ts";
import { objections } from "./filters.ts";
import type { Held } from "./held.ts";
import type { PlaceMatch } from "./match.ts";
import type { Policy } from "./policy.ts";
import type { CelValues } from "./cel/compile.ts";
import { offerScene, withOffer } from "./cel/offer-values.ts";
import { tierHolds } from "./expression-filter.ts";
import { byTotalThenId, fieldOf, score } from "./scorers.ts";
import type { Tier } from "./soft-rules.ts";
import { tierChain, tierOf } from "./tiers.ts";

/** Everything a placement is decided from. */
export interface PlaceQuestion {
  readonly needs: Needs;
  readonly offers: readonly Offer[];
  readonly policy: Policy;
  readonly gateway: GatewayFeatures;
  /** Overrides: only these places, and none of those. */
  readonly pin?: PlaceMatch | undefined;
  readonly avoid?: readonly PlaceMatch[] | undefined;
  /** Replicas that run now and could be kept as they are. */
  readonly held?: readonly Held[] | undefined;
  /** The moment the placement is for, ms: what expressions see as `now`. 0 where absent. */
  readonly now?: number | undefined;
  /** Where the workload runs now: what expressions see as `incumbent`. */
  readonly incumbent?: Incumbent | undefined;
  /** Where all its units run, when they are in several places; the incumbent is the first of them. */
  readonly incumbents?: readonly Incumbent[] | undefined;
  /** What else is known of the workload: what expressions see as `workload`. */
  readonly workload?: WorkloadFacts | undefined;
  /** The places of `policy.users`, in degrees; their shares. */
  readonly users?: readonly UsersAt[] | undefined;
  /** What the workload must be near. */
  readonly peers?: readonly PeerAt[] | undefined;
}

/** A workload as rules see it, beside its needs. Labels of project and environment are those that administrators set. */
export interface WorkloadFacts {
  readonly project: string;
  readonly projectLabels: Readonly<Record<string, string>>;
  readonly environment: string;
  readonly environmentClass: "production" | "staging" | "preview";
  readonly environmentLabels: Readonly<Record<string, string>>;
  readonly protected: boolean;
  readonly image: string;
  /** Absent while the image keeps its tag. */
  readonly digest?: string | undefined;
  /** Images of sidecars that keep their tags. */
  readonly tagged?: readonly string[] | undefined;
  readonly priority: number;
  readonly singleton: boolean;
}

/** Users at one point of the earth. */
export interface UsersAt {
  readonly latitude: number;
  readonly longitude: number;
  readonly weight: number;
}

/** Something the workload must be near. `pointer` names it in the spec; without degrees nobody knows where it is. */
export interface PeerAt {
  readonly pointer: string;
  readonly label: string;
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
  readonly maxLatencyMs: number;
}

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
