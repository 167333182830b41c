import type { FieldFidelity, Refusal } from "../domain/feature.ts";
import type { Needs } from "../domain/needs.ts";
import type { Billing } from "../domain/offer.ts";
import type { QuoteRequest } from "./quote-request.ts";
import type { Snap } from "./shapes/snap.ts";

/** One way a cloud sells the needs in a region, before it is an offer: size, billing, what to price, and what stands against it. */
export interface Variant {
  readonly billing: Billing;
  readonly snap: Snap;
  readonly refusals: readonly Refusal[];
  readonly fidelity: readonly FieldFidelity[];
  readonly month: Month;
}

/** What to quote for the three prices of a month. */
export interface Month {
  readonly floor: QuoteRequest;
  readonly expected: QuoteRequest;
  readonly ceiling: QuoteRequest;
  /** What the expected price takes for granted, each a sentence. */
  readonly assumes: readonly string[];
  /** What none of the three contains, each a sentence. */
  readonly omits?: readonly string[];
}

/** A month of containers that run all the time, or, of a job, for as long as its runs last. */
export function monthOf(one: QuoteRequest, { scale, runs }: Pick<Needs, "scale" | "runs">): Month {
  if (runs === undefined) return fixedMonth(one, scale);
  const lasting = (seconds: number): QuoteRequest => ({ ...one, replicas: scale.min, usage: { seconds } });
  return {
    floor: lasting(0),
    expected: lasting(runs.expectedSeconds),
    ceiling: lasting(runs.mostSeconds),
    assumes: runs.assumes,
  };
}

/** A month of replicas that run whether there is traffic or not: `scale.min` of them now, `scale.max` at the most. */
function fixedMonth(one: QuoteRequest, scale: { readonly min: number; readonly max: number }): Month {
  const floor = { ...one, replicas: scale.min };
  return { floor, expected: floor, ceiling: { ...one, replicas: scale.max }, assumes: [] };
}
