import type { LedgerRow } from "./ledger.ts";
import { daysOf, type Pico } from "./spend.ts";

/** A month as prices are quoted, ms: 730 h. */
const MONTH_MS = 730 * 3_600_000;

/** What the open ones of these rows come to in a month from now on, if nothing changes. */
export function monthlyRunRate(rows: readonly LedgerRow[], now: number): Pico {
  const until = now + MONTH_MS;
  return rows
    .filter(({ to }) => to === undefined)
    .flatMap((row) => daysOf({ ...row, from: now }, { from: now, to: until, until }))
    .reduce((sum, { effective }) => sum + effective, 0n);
}
