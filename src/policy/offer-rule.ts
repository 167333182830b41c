import type { GatewayFeatures, Refusal } from "../domain/feature.ts";
import type { ImageNeeds, Needs } from "../domain/needs.ts";
import type { Offer, Shape } from "../domain/offer.ts";
import type { RouteSpec } from "../domain/spec.ts";
import type { CelValues } from "./cel/compile.ts";
import type { Held } from "./held.ts";
import type { PlaceMatch } from "./match.ts";
import type { PeerAt, WorkloadFacts } from "./question.ts";
import type { Policy } from "./policy.ts";

/** What an offer is judged against. */
export interface Judging {
  readonly needs: Needs;
  readonly policy: Policy;
  readonly gateway: GatewayFeatures;
  readonly pin?: PlaceMatch | undefined;
  readonly avoid: readonly PlaceMatch[];
  readonly held: readonly Held[];
  readonly workload?: WorkloadFacts | undefined;
  readonly peers?: readonly PeerAt[] | undefined;
  /** What expressions see of the offer; made when the first of them asks. */
  readonly values: () => CelValues;
}

/** Of an offer, what rules look at: whether a shape is big enough is asked where offers are made. */
export interface SeenOffer extends Omit<Offer, "shape"> {
  readonly shape: Pick<Shape, "arch">;
}

/** Of needs, what rules look at: the hosts of a route are each workload's own, and decide nothing. */
export interface SeenNeeds extends Omit<Needs, "route" | "images"> {
  readonly route?: Pick<RouteSpec, "protocol" | "access" | "maxBodyMiB"> | undefined;
  readonly images?: Pick<ImageNeeds, "arches"> | undefined;
}

/** Who is named when a policy refuses. No rule decides by it. */
export type Named = Pick<Policy, "name" | "by" | "lists">;

/**
 * One rule, and all that it decides by: for whoever asks it of many offers and many workloads, and once is enough for all that are alike
 * in that. Its function sees no more but whom to name, so what it reads is what it says.
 */
export interface Rule extends Required<Reads<keyof Offer, keyof Needs, keyof Policy, keyof Judging>> {
  readonly judge: (offer: Offer, judging: Judging) => readonly Refusal[];
  /** Whether it has nothing to say of any offer. */
  readonly isIdle: (judging: Judging) => boolean;
}

/** Fields of an offer, of the needs and of the policy, and what else there is in a judging. */
interface Reads<O, N, P, A> {
  readonly offer?: readonly O[];
  readonly needs?: readonly N[];
  readonly policy?: readonly P[];
  readonly asks?: readonly A[];
}

/** A rule whose function is given no more than it says it reads: the lists alone say what that is. */
export function rule<
  O extends keyof Offer = never,
  N extends keyof Needs = never,
  P extends keyof Policy = never,
  A extends Exclude<keyof Judging, "needs" | "policy"> = never,
>(
  { offer = [], needs = [], policy = [], asks = [] }: Reads<O, N, P, A>,
  judge: (
    offer: Seen<NoInfer<O>>,
    judging: Needing<NoInfer<N>> & Under<NoInfer<P>> & Asking<NoInfer<A>>,
  ) => readonly Refusal[],
  isIdle: (judging: Under<NoInfer<P>> & Asking<NoInfer<A>>) => boolean = () => false,
): Rule {
  return { offer, needs, policy, asks, judge, isIdle };
}

/** What a rule sees: these fields of an offer, of the needs, of the policy with whom to name, and of the rest. */
export type Seen<O extends keyof Offer> = Pick<SeenOffer, O>;
export type Needing<N extends keyof Needs> = { readonly needs: Pick<SeenNeeds, N> };
export type Under<P extends keyof Policy> = { readonly policy: Pick<Policy, P> & Named };
export type Asking<A extends keyof Judging> = Pick<Judging, A>;
