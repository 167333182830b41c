import type { Cloud } from "./place.ts";

/** A part off what a provider charges. The one that names most (meter and region, then meter, then region) counts, and only that. */
export interface Discount {
  readonly provider: Cloud;
  readonly meter?: string | undefined;
  readonly region?: string | undefined;
  /** Above 0, at most 100; a decimal string. */
  readonly percent: string;
  /** Ms; from then on it counts no more. */
  readonly until?: number | undefined;
}

/**
 * Compute that is paid for whether it is used or not: using it costs nothing more until it is used up. It is counted in USD an hour of
 * what compute costs after discounts, as AWS counts Savings Plans by the plan's own rates rather than by list price.
 */
export interface Commitment {
  readonly provider: Cloud;
  readonly usdPerHour: string;
  readonly until: number;
}

/** A list price that an operator states, because no list has it or because theirs is another. What is left out is as in a quote. */
export interface StatedRate {
  readonly provider: Cloud;
  readonly region: string;
  readonly meter: string;
  /** USD for one `unit`; a decimal string, 0 allowed. */
  readonly usd: string;
  /** What one is, such as `GiB` or `vCPU-hour`. */
  readonly unit: string;
  readonly arch?: "amd64" | "arm64" | undefined;
  readonly os?: "linux" | "windows" | undefined;
  readonly spot?: boolean | undefined;
  readonly billing?: "request" | "instance" | "job" | "worker-pool" | undefined;
  /** The type of a GPU that `gpu-second` counts. */
  readonly gpu?: string | undefined;
  readonly note?: string | undefined;
  /** Ms; from then on it counts no more. */
  readonly until?: number | undefined;
  /** When this figure was first stated, ms, and by whom. */
  readonly at: number;
  readonly by: string;
}

/** What a project pays its providers instead of list prices. */
export interface AccountRates {
  readonly discounts: readonly Discount[];
  readonly commitments: readonly Commitment[];
  /** Absent in what was written before rates could be stated. */
  readonly stated?: readonly StatedRate[] | undefined;
}

/** The discounts and commitments of one version of an account's rates, those that have ended among them. */
export interface Agreed {
  readonly version: number;
  readonly discounts: readonly Discount[];
  readonly commitments: readonly Commitment[];
}

/** What counts of them for one unit at some moment. */
export interface Paying {
  readonly discounts: readonly Discount[];
  /** What of its compute the commitments pay, USD an hour after discounts; a decimal string. */
  readonly coveredUsdPerHour: string;
}

/** Whether a discount, commitment or stated rate counts at `now`. */
export function isInForce(one: { readonly until?: number | undefined }, now: number): boolean {
  return one.until === undefined || now < one.until;
}
