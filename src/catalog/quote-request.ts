import type { Cloud } from "../domain/place.ts";
import type { Meter } from "./meters.ts";
import type { DecimalInput } from "./decimal.ts";

/** The body of `POST /v1/quotes`, with its quantities read: what to price, where, for how long. */
export interface QuoteRequest {
  readonly provider: Cloud;
  readonly region: string;
  readonly resources: {
    readonly milliCpu: number;
    readonly memoryMiB: number;
    readonly ephemeralStorageGiB?: number | undefined;
  };
  /** Default 1; for request-based billing the instances kept warm, default 0. */
  readonly replicas?: number | undefined;
  readonly usage?: QuoteUsage | undefined;
  /** How Cloud Run bills; `request` unless said. */
  readonly billing?: QuoteBilling | undefined;
  readonly spot?: boolean | undefined;
  readonly arch?: "amd64" | "arm64" | undefined;
  readonly os?: "linux" | "windows" | undefined;
  /** USD per unit of a meter, instead of the book's. */
  readonly rates?: Readonly<Partial<Record<Meter, DecimalInput>>> | undefined;
  /** Take the account's free tier off; it is never taken off unless asked. */
  readonly free?: boolean | undefined;
}
export type QuoteBilling = "request" | "instance" | "job" | "worker-pool";

/** `seconds` or `hours`: run time of each replica, a month of 730 h unless said. The others are totals of the period. */
interface QuoteUsage {
  readonly seconds?: DecimalInput | undefined;
  readonly hours?: DecimalInput | undefined;
  readonly requests?: DecimalInput | undefined;
  readonly requestMs?: DecimalInput | undefined;
  readonly concurrency?: DecimalInput | undefined;
  readonly egressGiB?: DecimalInput | undefined;
  readonly logGiB?: DecimalInput | undefined;
}

/** A month as every price of Berth counts it. */
export const HOURS_PER_MONTH = 730;
