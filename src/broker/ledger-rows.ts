import { Fault } from "../domain/fault.ts";
import type { ReadLedgerRow } from "../domain/ledger.ts";
import type { LedgerQuery, Store } from "../store/store.ts";

/** Rows of one read of the store, and pages of one question: more is narrowed down rather than waited for. */
const ROWS_A_PAGE = 5_000;
const MAX_PAGES = 40;

/** Every row of the ledger that a question is about. Throws `invalid-query` when they are too many to add up in one answer. */
export async function readLedger(
  store: Pick<Store, "ledger">,
  query: Omit<LedgerQuery, "after" | "limit">,
): Promise<readonly ReadLedgerRow[]> {
  const rows: ReadLedgerRow[] = [];
  let after: number | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { rows: more, next } = await store.ledger({ ...query, after, limit: ROWS_A_PAGE });
    rows.push(...more);
    if (next === undefined) return rows;
    after = next;
  }
  throw new Fault(
    "invalid-query",
    `That is more than ${ROWS_A_PAGE * MAX_PAGES} rows of the ledger: ask for fewer days, or for one environment or workload.`,
    { problems: [{ pointer: "?from", message: "ask for fewer days, or name environment or workload" }] },
  );
}
