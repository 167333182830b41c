import type { Bill, BilledCost, BilledLine, BillKey } from "../domain/bill.ts";
import type { Provider } from "../domain/place.ts";

/** A unit that a bill speaks of. */
export interface BilledUnit {
  /** What was asked for: an id, or how it begins. */
  readonly asked: string;
  readonly unit: string;
  readonly environment: string;
  readonly workload: string;
  readonly provider: Provider;
  readonly region: string;
}

/** One line on its way into the store, with the unit it is for. */
export type StagedLine = BilledLine & Omit<BilledUnit, "asked">;

/** A page of an import that is not in force yet. */
export interface StagedPage extends BillKey {
  readonly import: string;
  readonly page: number;
  readonly lines: readonly StagedLine[];
  readonly now: number;
}

/** Which lines: of these days, [from, to) in ms, of one environment or workload where that is named. */
export interface BilledQuery {
  readonly environment?: string | undefined;
  readonly workload?: string | undefined;
  readonly from: number;
  readonly to: number;
  /** Goes on after this line. */
  readonly after?: BilledCursor | undefined;
  readonly limit: number;
}
export interface BilledCursor {
  readonly page: number;
  readonly line: number;
}

/** How long pages wait for the rest of their import before the next import of that month takes them away, ms. */
export const STAGED_MS = 86_400_000;

/** The part of the store that keeps providers' bills. */
export interface BillStore {
  /** The units of a project at a target (its id) whose ids begin so, gone ones as well. */
  unitsBilled(project: string, target: string, ids: readonly string[]): Promise<readonly BilledUnit[]>;
  /** Keeps one page, in place of an earlier one of that number. False when its import is in force, so that nothing of it may change. */
  stageBillPage(page: StagedPage): Promise<boolean>;
  /**
   * Puts an import in force in place of whatever was for that month, and forgets all others' pages, in one batch. False, and nothing
   * is changed, when its pages are not `pages` with `bill.rows` lines together.
   */
  putBill(bill: Omit<Bill, "oldest">, pages: number): Promise<boolean>;
  /** Forgets a month; false when none was in force. */
  deleteBill(key: BillKey): Promise<boolean>;
  /** Bills in force, of every project where none is given: only for the instance's administrator. */
  bills(project: string | undefined): Promise<readonly Bill[]>;
  /** One page of a bill's lines, and where the next begins if there may be one. */
  billedCosts(
    bill: Bill,
    query: BilledQuery,
  ): Promise<{ readonly rows: readonly BilledCost[]; readonly next: BilledCursor | undefined }>;
}
