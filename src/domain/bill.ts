import type { LedgerPlace } from "./ledger.ts";

/**
 * What a charge of a bill is for (FOCUS 1.0, column ChargeCategory, in lower case). Only `usage` is held against what was metered; the
 * others are shown apart.
 */
export const CHARGE_CATEGORIES = ["usage", "purchase", "tax", "credit", "adjustment"] as const;
export type ChargeCategory = (typeof CHARGE_CATEGORIES)[number];

/** Which bill: one target's month of a project. Importing it again puts another in its place. */
export interface BillKey {
  /** The project's id. */
  readonly project: string;
  /** The target's name. */
  readonly target: string;
  /** `2026-10`, UTC: the month that was billed. */
  readonly month: string;
}

/** A bill in force. */
export interface Bill extends BillKey {
  /** The import whose pages it is made of. */
  readonly import: string;
  /** The days it covers, [from, to) in ms at midnight UTC: only on these is it held against what was metered. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** The earliest day of a line, before `from` where something older was corrected; undefined: there is no line. */
  readonly oldest?: number | undefined;
  readonly importedAt: number;
  readonly importedBy: string;
}

/** One line of a bill: what some units' charges of one kind came to on one day. Amounts are decimals, USD. */
export interface BilledLine {
  /** Midnight UTC of the day the charge is for, ms. */
  readonly day: number;
  /** A meter of Berth's, or the provider's own name of the service. */
  readonly meter: string;
  readonly category: ChargeCategory;
  /** With what was paid beforehand for it (FOCUS: EffectiveCost). */
  readonly effectiveUsd: string;
  /** What the invoice has (FOCUS: BilledCost). */
  readonly billedUsd: string;
  /** At published prices (FOCUS: ListCost). */
  readonly listUsd: string;
}

/** A line and whose it is. */
export interface BilledCost extends BilledLine, LedgerPlace {
  readonly project: string;
  readonly environment: string;
  readonly workload: string;
  readonly unit: string;
  /** The target's name. */
  readonly target: string;
  /** The month it was billed in; a correction is for a day of an earlier one. */
  readonly month: string;
  /** As they were on that day, as far as the ledger knows. */
  readonly labels: Readonly<Record<string, string>>;
}
