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

/** Compute that is paid for whether it is used or not, in USD of list price an hour: using it costs nothing more until it is used up. */
export interface Commitment {
  readonly provider: Cloud;
  readonly usdPerHour: string;
  readonly until: number;
}

/** What a project pays its providers instead of list prices. */
export interface AccountRates {
  readonly discounts: readonly Discount[];
  readonly commitments: readonly Commitment[];
}
