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
