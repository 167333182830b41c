import type { GatewayFeatures, Refusal } from "../domain/feature.ts";
import type { Needs } from "../domain/needs.ts";
import type { Offer } from "../domain/offer.ts";
import type { CelValues } from "./cel/compile.ts";
import type { Held } from "./held.ts";
import type { PlaceMatch } from "./match.ts";
import type { PeerAt, WorkloadFacts } from "./place.ts";
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

/**
 * One rule, and all that it reads of an offer, of the needs and of the rest: for whoever asks it of many offers and many workloads, and
 * once is enough for all that are alike in that. Its function sees no more, so what it names is what it reads.
 */
export interface Rule {
  readonly offer: readonly (keyof Offer)[];
  readonly needs: readonly (keyof Needs)[];
  readonly asks: readonly (keyof Judging)[];
  readonly judge: (offer: Offer, judging: Judging) => readonly Refusal[];
  /** Whether it has nothing to say of any offer. */
  readonly isIdle: (judging: Judging) => boolean;
}

/** A rule whose function is given no more than it says it reads. */
export function rule<O extends keyof Offer, N extends keyof Needs, A extends Exclude<keyof Judging, "needs">>(
  offer: readonly O[],
  needs: readonly N[],
  asks: readonly A[],
  judge: (
    offer: Pick<Offer, O>,
    judging: Pick<Judging, A> & { readonly needs: Pick<Needs, N> },
  ) => readonly Refusal[],
  isIdle: (judging: Pick<Judging, A>) => boolean = () => false,
): Rule {
  return { offer, needs, asks, judge, isIdle };
}

/** What a rule sees: these fields of an offer and of the judging. */
export type Seen<O extends keyof Offer> = Pick<Offer, O>;
export type Needing<N extends keyof Needs> = { readonly needs: Pick<Needs, N> };
