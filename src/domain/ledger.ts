import type { Agreed, Paying } from "./account-rates.ts";
import type { Provider } from "./place.ts";

/** How sure an amount is: counted by Berth, worked out from something not counted, or taken from the provider's own bill. */
export const BASES = ["metered", "estimated", "billed"] as const;
export type Basis = (typeof BASES)[number];

/** What a row is for: the start until first ready (image pull included), running, or what a minimum billing adds. */
export type LedgerPart = "start" | "run" | "minimum";

/** Where money is spent. */
export interface LedgerPlace {
  readonly provider: Provider;
  readonly target?: string | undefined;
  readonly region: string;
}

/** One price line of a unit, by the second: what its offer's price said when the plan was committed. */
export interface TermLine {
  readonly meter: string;
  /** Decimal: how much of `measure` without its time (vCPU of a vCPU-hour) runs, or how much of it is used each second. */
  readonly perSecond: string;
  /** The rate's unit, such as `vCPU-hour`, `GiB-second` or `request`. */
  readonly measure: string;
  /** USD per `measure`: as published, and as this account pays. */
  readonly listUsd: string;
  readonly effectiveUsd: string;
  /** What it would cost after discounts, where a commitment pays and it costs nothing more; absent elsewhere. */
  readonly contractedUsd?: string | undefined;
  readonly rateId?: string | undefined;
  readonly basis: Basis;
  /** Whether `perSecond` is one replica's. */
  readonly perReplica: boolean;
}

/** What a unit costs by the second, and whose it is. */
export interface UnitTerms {
  readonly place: LedgerPlace;
  readonly labels: Readonly<Record<string, string>>;
  readonly lines: readonly TermLine[];
  /** Whether the provider bills the pull of the image and the start; then they are rows of their own. */
  readonly startBilled: boolean;
  /** The shortest run that is billed, seconds. */
  readonly minimumSeconds: number;
}

/** One stretch of time in which one line of one unit cost the same by the second. `to` is absent while it runs: rest writes nothing. */
export interface LedgerRow extends LedgerPlace {
  readonly project: string;
  readonly environment: string;
  readonly workload: string;
  readonly unit: string;
  /** Number of the price line within the unit's terms, or one above them all for what a commitment pays of it (`isCovered`). */
  readonly line: number;
  readonly meter: string;
  readonly part: LedgerPart;
  readonly from: number;
  readonly to?: number | undefined;
  /** Of all replicas together. */
  readonly perSecond: string;
  readonly measure: string;
  readonly listUsd: string;
  readonly effectiveUsd: string;
  /** As of a price line; rows that were written before it was kept have none. */
  readonly contractedUsd?: string | undefined;
  readonly rateId?: string | undefined;
  readonly basis: Basis;
  readonly replicas: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** A row as it was read: until when it is known that the unit of an open row still stands. */
export interface ReadLedgerRow extends LedgerRow {
  /** The last complete look that saw the unit; only of open rows. */
  readonly confirmedAt?: number | undefined;
}

/**
 * What happened to a unit that changes what it costs. Written with the change itself, so that no late pass misses one. `agreed` are the
 * account's discounts and commitments by then; absent while it has set no rates.
 */
export type MeterEvent =
  | { readonly kind: "terms"; readonly terms: UnitTerms; readonly agreed?: Agreed | undefined }
  | { readonly kind: "applied"; readonly replicas: number }
  | { readonly kind: "phase"; readonly phase: "start" | "run" | "off" }
  /** Other prices: the book in force, and that of the rates that the account states, each by its hash. */
  | {
      readonly kind: "rates";
      readonly book: string;
      readonly stated?: string | undefined;
      readonly agreed?: Agreed | undefined;
    }
  /** What counts of them from then on. Follows from the others (`meterProject`) and is never stored. */
  | { readonly kind: "paying"; readonly paying: Paying; readonly standsSince: number }
  | { readonly kind: "gone" };

/** One such event as it is stored; `seq` is the order in which they were written. */
export interface MeterFact {
  readonly seq: number;
  readonly at: number;
  readonly project: string;
  readonly environment: string;
  readonly workload: string;
  readonly unit: string;
  readonly event: MeterEvent;
}

/** What is known of a unit's metering so far; its open rows are in it. */
export interface Meter {
  readonly project: string;
  readonly environment: string;
  readonly workload: string;
  readonly unit: string;
  /** As the last commit said them, before any newer rate. */
  readonly terms?: UnitTerms | undefined;
  /** The lines in force, at list price. */
  readonly lines: readonly TermLine[];
  /** Discounts and commitments that may count where it runs; absent while the account has set no rates. */
  readonly agreed?: Agreed | undefined;
  /** What counts of them now; absent while nothing ever did. */
  readonly paying?: Paying | undefined;
  /** Since when its workload stands without a gap, as far as commitments go. */
  readonly standsSince?: number | undefined;
  /** Replicas last sent to the provider; absent before the first call succeeded. */
  readonly replicas?: number | undefined;
  readonly phase: "start" | "run" | "off";
  /** Time of the last event. */
  readonly at: number;
  /** Since when it is billed without a gap. */
  readonly since?: number | undefined;
  readonly open: readonly LedgerRow[];
}
