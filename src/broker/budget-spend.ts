import { selects, type Budget } from "../domain/budget.ts";
import type { ReadLedgerRow } from "../domain/ledger.ts";
import { daysOf, type Pico } from "../domain/spend.ts";
import type { Store } from "../store/store.ts";
import { readLedger } from "./ledger-rows.ts";
import type { Month } from "./months.ts";

/** How far behind the meter may be before what was spent counts as unknown, ms. */
const MAX_BEHIND_MS = 10 * 60_000;

/** A project's month as the budgets see it. `known` is false while the meter is too far behind to tell. */
export interface MonthRows {
  readonly rows: readonly ReadLedgerRow[];
  readonly known: boolean;
}

/** The ledger of a project's month, and whether it can be believed. */
export async function monthRows(
  store: Pick<Store, "ledger" | "meterBehind">,
  project: string,
  month: Month,
  now: number,
): Promise<MonthRows> {
  const behind = await store.meterBehind(project);
  const rows = await readLedger(store, { project, from: month.from, to: month.to });
  return { rows, known: behind === undefined || now - behind <= MAX_BEHIND_MS };
}

/** What counts towards a budget: everything up to `now`. */
export function spentOf(
  budget: Pick<Budget, "select">,
  rows: readonly ReadLedgerRow[],
  month: Month,
  now: number,
): Pico {
  const mine = rows.filter((row) => selects(budget.select, row));
  const days = mine.flatMap((row) => daysOf(row, { from: month.from, to: month.to, until: now }));
  return days.reduce((sum, { effective }) => sum + effective, 0n);
}

/**
 * The same, of what somebody has seen: a row that goes on counts up to the last look that confirmed its unit. A broker that was away
 * for days knows nothing of them until it has looked, and must not act on what it imagines.
 */
export function confirmedRows(rows: readonly ReadLedgerRow[], now: number): readonly ReadLedgerRow[] {
  return rows.map((row) =>
    row.to === undefined
      ? { ...row, to: Math.max(row.from, Math.min(now, row.confirmedAt ?? row.from)) }
      : row,
  );
}
