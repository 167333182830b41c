import { daysOf, picoText } from "../domain/spend.ts";
import type { Scope, Store } from "../store/store.ts";
import { monthOf } from "./months.ts";

/** Rows one description reads at most: a workload with more in a month is told apart by `GET /v1/costs`. */
const MAX_ROWS = 1_000;

/** What a workload has cost this month (UTC), and how much of it is worked out rather than counted; undefined when that takes long. */
export async function workloadSpend(
  store: Pick<Store, "ledger">,
  scope: Scope,
  workload: string,
  now: number,
) {
  const month = monthOf(now);
  const { from, to } = month;
  const { rows, next } = await store.ledger({ ...scope, workload, from, to, limit: MAX_ROWS });
  if (next !== undefined) return undefined;
  let [usd, estimated] = [0n, 0n];
  for (const row of rows)
    for (const { effective } of daysOf(row, { from, to, until: now })) {
      usd += effective;
      if (row.basis === "estimated") estimated += effective;
    }
  return { month: month.name, usd: picoText(usd), estimatedUsd: picoText(estimated) };
}
