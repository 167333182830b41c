/** What is kept for a while after it has lost its use, each with its own way of telling that it has. */
export const HISTORY_PARTS = [
  "events",
  "plans",
  "changes",
  "units",
  "runs",
  "policies",
  "price-books",
  "tokens",
  "exceptions",
  "budget-steps",
] as const;
export type HistoryPart = (typeof HISTORY_PARTS)[number];

/** Revisions of a workload that are kept whatever their age: as far back as a rollback looks. */
export const ROLLBACK_REVISIONS = 100;

/** What one batch took away. */
export interface Forgotten {
  /** Rows of the part itself; what hangs on them is not counted. */
  readonly removed: number;
  /** Everything of the part that is old enough has been looked at; the next batch begins with the oldest again. */
  readonly isThrough: boolean;
}

/** The part of the store that lets go of what nobody needs any more. */
export interface HistoryStore {
  /**
   * Looks at up to `limit` of a part's rows that are older than `before`, ms, the oldest first and where the last look ended, and
   * removes those that nothing of today needs. One batch: all of what it removes goes, or nothing.
   */
  forget(part: HistoryPart, before: number, limit: number): Promise<Forgotten>;
}
