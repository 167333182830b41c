import type { Refusal } from "../../domain/feature.ts";
import type { LayerRef } from "../../domain/layer.ts";
import type { RankedOffer, RejectedOffer } from "../../domain/plan.ts";
import type { DecisionInputs } from "../decision.ts";

/** The form of receipts written now. */
export const RECEIPT_FORMAT = 1;

/** Everything one placement was decided from, and what was decided. Plain JSON throughout. */
export interface Receipt {
  readonly format: typeof RECEIPT_FORMAT;
  /** `DECISION_VERSION` of the rules that decided. */
  readonly rules: number;
  readonly workload: string;
  readonly inputs: DecisionInputs;
  /** What never became an offer, and why: targets that could not answer, places nobody connected. */
  readonly refused: readonly RejectedOffer[];
  /** Layers the policy was made of, widest first; each names its document by content hash. */
  readonly layers: readonly LayerRef[];
  /** The price book the offers were priced from. */
  readonly book: BookRef;
  /** Discounts, commitments and own prices that were in force; absent when there were none. */
  readonly accountRates?: unknown;
  readonly outcome: Outcome;
}

/** A price book by content hash, and the ISO day it was last compared with its sources. */
export interface BookRef {
  readonly hash: string;
  readonly collected: string;
}

/** A decision without its offers: they are named by their position in `inputs.offers`. */
export interface Outcome {
  readonly ranked: readonly OutcomeRanked[];
  readonly rejected: readonly { readonly offer: number; readonly reasons: readonly Refusal[] }[];
  readonly chosen?: number | undefined;
  readonly stays: boolean;
  readonly because: string;
  /** Absent when nothing was chosen. */
  readonly split?:
    | { readonly parts: readonly { readonly offer: number; readonly replicas: number }[] }
    | { readonly because: string }
    | undefined;
}

/** A ranked offer with its total, its scores, its tier and its notes. */
export interface OutcomeRanked extends Omit<RankedOffer, "offer"> {
  readonly offer: number;
}
