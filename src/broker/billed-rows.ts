import type { Bill, BilledCost } from "../domain/bill.ts";
import { Fault } from "../domain/fault.ts";
import type { BilledCursor, BilledQuery, Store } from "../store/store.ts";
import { LATE_MS } from "./bills.ts";
import type { BillsRead } from "./cost-bills.ts";
import { monthOf } from "./months.ts";

/** Lines of one read of the store, and of one question: more is narrowed down rather than waited for. */
const LINES_A_PAGE = 5_000;
const MAX_LINES = 200_000;

/** What bills say of a question's days: of every project where none is given. Throws `invalid-query` when that is too much for one answer. */
export async function readBilled(
  store: Pick<Store, "bills" | "billedCosts">,
  project: string | undefined,
  query: Omit<BilledQuery, "after" | "limit">,
): Promise<BillsRead> {
  const bills = await store.bills(project);
  const rows: BilledCost[] = [];
  for (const bill of bills.filter((one) => mayHold(one, query))) {
    let after: BilledCursor | undefined;
    do {
      const page = await store.billedCosts(bill, { ...query, after, limit: LINES_A_PAGE });
      rows.push(...page.rows);
      if (rows.length > MAX_LINES) throw tooMany();
      after = page.next;
    } while (after !== undefined);
  }
  return { bills: bills.filter(({ from, to }) => from < query.to && to > query.from), rows };
}

// Hardly a charge is for a day after its bill's month.
function mayHold({ month, oldest }: Bill, { from, to }: Pick<BilledQuery, "from" | "to">): boolean {
  return (
    oldest !== undefined && oldest < to && monthOf(Date.parse(`${month}-01T00:00:00Z`)).to + LATE_MS > from
  );
}

function tooMany(): Fault {
  return new Fault(
    "invalid-query",
    `The bills of these days have more than ${MAX_LINES} lines: ask for fewer days, or for one environment or workload.`,
    { problems: [{ pointer: "?from", message: "ask for fewer days, or name environment or workload" }] },
  );
}
