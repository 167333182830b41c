import type { ContainerSize } from "../domain/needs.ts";
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
    /** What each container has of them, where Cloud Run sells it by container; only offers tell it. */
    readonly sizes?: readonly ContainerSize[] | undefined;
  };
  /** Default 1; beside requests and their time the instances kept warm for as long as `usage` says, default 0. */
  readonly replicas?: number | undefined;
  readonly usage?: QuoteUsage | undefined;
  /** How Cloud Run bills; `request` unless said. */
  readonly billing?: QuoteBilling | undefined;
  readonly spot?: boolean | undefined;
  readonly arch?: "amd64" | "arm64" | undefined;
  readonly os?: "linux" | "windows" | undefined;
  /** USD per unit of a meter, instead of the book's. */
  readonly rates?: Readonly<Partial<Record<Meter, DecimalInput>>> | undefined;
  /** Take the account's free allowances off; they are never taken off unless asked. */
  readonly free?: boolean | undefined;
  /** Only offers ask for these; the API's body does not name them. */
  readonly gpu?: { readonly type: string; readonly count: number } | undefined;
}
export type QuoteBilling = "request" | "instance" | "job" | "worker-pool";

/** `seconds` or `hours`: run time of each replica, a month of 730 h unless said. The others are totals of the period. */
export interface QuoteUsage {
  readonly seconds?: DecimalInput | undefined;
  readonly hours?: DecimalInput | undefined;
  readonly requests?: DecimalInput | undefined;
  readonly requestMs?: DecimalInput | undefined;
  readonly concurrency?: DecimalInput | undefined;
  readonly egressGiB?: DecimalInput | undefined;
  readonly logGiB?: DecimalInput | undefined;
  readonly ipv4Hours?: DecimalInput | undefined;
  readonly lbHours?: DecimalInput | undefined;
  readonly lcuHours?: DecimalInput | undefined;
  readonly natHours?: DecimalInput | undefined;
  readonly natGiB?: DecimalInput | undefined;
  /** Traffic to another region of the same cloud. */
  readonly interRegionGiB?: DecimalInput | undefined;
  /** How long instances are busy with requests, all together, in place of `requestMs` and `concurrency`; only offers ask for it. */
  readonly busySeconds?: DecimalInput | undefined;
  /** Billed while the image is pulled, for all replicas together; a line of its own. */
  readonly pullSeconds?: DecimalInput | undefined;
  /** Secrets that the cloud's own store keeps, times the months it keeps them; only offers ask for these. */
  readonly secretMonths?: DecimalInput | undefined;
}

/** A month as every price of Berth counts it. */
export const HOURS_PER_MONTH = 730;
