import { and, asc, eq, gte, lt, ne, or, sql, type SQL } from "drizzle-orm";
import { billedCosts, bills, ledger, units } from "../../db/schema.ts";
import type { Bill, BilledCost, BillKey } from "../domain/bill.ts";
import type { BilledQuery, BillStore, StagedPage } from "./bill-store.ts";
import { STAGED_MS } from "./bill-store.ts";
import { type Database, MAX_LIST } from "./database.ts";
import { insertFrom, ONE_ROW } from "./insert-from.ts";
import { entryField, insertRows } from "./insert-rows.ts";
import { all } from "./keys.ts";
import { providerOf } from "./ledger.ts";

const DAY_MS = 86_400_000;

/** Providers' bills over one database. */
export function billStore(db: Database): BillStore {
  return {
    unitsBilled: (project, target, ids) => unitsBilled(db, project, target, ids),
    stageBillPage: (page) => stage(db, page),
    putBill: (bill, pages) => put(db, bill, pages),
    async deleteBill(key) {
      const [deleted] = await db.batch([
        db.delete(bills).where(ofMonth(bills, key)).returning({ month: bills.month }),
        db.delete(billedCosts).where(ofMonth(billedCosts, key)),
      ]);
      return deleted.length === 1;
    },
    async bills(project) {
      const mine = project === undefined ? undefined : eq(bills.project, project);
      const order = [asc(bills.project), asc(bills.target), asc(bills.month)];
      const rows = await db
        .select()
        .from(bills)
        .where(mine)
        .orderBy(...order)
        .limit(MAX_LIST);
      return rows.map(({ fromAt: from, toAt: to, oldestAt, ...rest }) => ({
        ...rest,
        from,
        to,
        oldest: oldestAt ?? undefined,
      }));
    },
    async billedCosts(bill, query) {
      const rows = await linesOf(db, bill, query);
      const last = rows.length < query.limit ? undefined : rows.at(-1);
      const next = last === undefined ? undefined : { page: last.page, line: last.line };
      return { rows: rows.map(costOf), next };
    },
  };
}

type BillColumns = Pick<typeof bills | typeof billedCosts, "project" | "target" | "month">;

const ofMonth = (table: BillColumns, { project, target, month }: BillKey): SQL =>
  all(eq(table.project, project), eq(table.target, target), eq(table.month, month));

const ofImport = (bill: BillKey & { readonly import: string }): SQL =>
  all(ofMonth(billedCosts, bill), eq(billedCosts.import, bill.import));

const inForce = (bill: BillKey & { readonly import: string }): SQL =>
  sql`exists (select 1 from ${bills} where ${all(ofMonth(bills, bill), eq(bills.import, bill.import))})`;

async function unitsBilled(db: Database, project: string, target: string, ids: readonly string[]) {
  const list = JSON.stringify([...new Set(ids)]);
  // Ids are hex: `g` is after all of them. Across the list SQLite takes a few steps down the index for each id, and no scan.
  const rows = await db
    .select({
      asked: sql<string>`entry.value`,
      unit: units.id,
      environment: units.environment,
      workload: units.workload,
      provider: units.provider,
      region: units.region,
    })
    .from(sql`json_each(${list}) entry`)
    .crossJoin(units)
    .where(
      and(
        eq(units.target, target),
        sql`${units.state} in ('wanted', 'doomed', 'gone')`,
        sql`${units.id} >= entry.value and ${units.id} < entry.value || 'g'`,
        eq(units.project, project),
      ),
    )
    .limit(MAX_LIST);
  return rows.map((row) => ({ ...row, provider: providerOf(row.provider) }));
}

async function stage(db: Database, { lines, now, ...page }: StagedPage): Promise<boolean> {
  const { project, target, month, import: id } = page;
  const key = { project, target, month, import: id, page: page.page };
  const rows = lines.map((line, at) => ({ ...line, ...key, line: at, stagedAt: now }));
  const open = sql`not ${inForce(key)}`;
  const inserts = insertRows(db, billedCosts, rows, { labels: labelsThen(project) }, open);
  const old = db.delete(billedCosts).where(all(ofImport(key), eq(billedCosts.page, page.page), open));
  const asked = db.select({ taken: sql<number>`${inForce(key)}` }).from(sql`${ONE_ROW}`);
  const abandoned = page.page === 1 ? [db.delete(billedCosts).where(leftBehind(key, now))] : [];
  const [[answer]] = await db.batch([asked, old, ...abandoned, ...inserts]);
  return answer?.taken !== 1;
}

// The labels of the stretch that was metered last before that day ended; of the first one, for a day before all of them.
function labelsThen(project: string): SQL {
  const ofUnit = all(
    eq(ledger.project, project),
    sql`${ledger.environment} = ${entryField("environment")}`,
    sql`${ledger.workload} = ${entryField("workload")}`,
    sql`${ledger.unit} = ${entryField("unit")}`,
  );
  const dayEnds = sql`${entryField("day")} + ${DAY_MS}`;
  return sql`coalesce(
    (select ${ledger.labels} from ${ledger} where ${ofUnit} and ${ledger.fromAt} < ${dayEnds} order by ${ledger.fromAt} desc limit 1),
    (select ${ledger.labels} from ${ledger} where ${ofUnit} order by ${ledger.fromAt} limit 1),
    '{}')`;
}

function leftBehind(key: BillKey & { readonly import: string }, now: number): SQL {
  const current = sql`(select ${bills.import} from ${bills} where ${ofMonth(bills, key)})`;
  return all(
    ofMonth(billedCosts, key),
    lt(billedCosts.stagedAt, now - STAGED_MS),
    ne(billedCosts.import, key.import),
    sql`${billedCosts.import} is not ${current}`,
  );
}

async function put(db: Database, bill: Omit<Bill, "oldest">, pages: number): Promise<boolean> {
  const { project, target, month, import: id, from, to, rows, importedAt, importedBy } = bill;
  const whole = sql`(select count(distinct ${billedCosts.page}) = ${pages} and count(*) = ${rows} from ${billedCosts} where ${ofImport(bill)})`;
  const values = { project, target, month, import: id, fromAt: from, toAt: to, rows, importedAt, importedBy };
  const said = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, sql`${value}`]));
  const oldestAt = sql`(select min(${billedCosts.day}) from ${billedCosts} where ${ofImport(bill)})`;
  const insert = insertFrom(db, bills, { ...said, oldestAt }, sql`${ONE_ROW} where ${whole}`);
  const { project: _p, target: _t, month: _m, ...change } = values;
  const [written] = await db.batch([
    insert
      .onConflictDoUpdate({
        target: [bills.project, bills.target, bills.month],
        set: { ...change, oldestAt },
      })
      .returning({ month: bills.month }),
    db.delete(billedCosts).where(all(ofMonth(billedCosts, bill), ne(billedCosts.import, id), inForce(bill))),
  ]);
  return written.length === 1;
}

async function linesOf(db: Database, bill: Bill, query: BilledQuery) {
  const { environment, workload, from, to, after, limit } = query;
  const beyond =
    after === undefined
      ? undefined
      : or(
          sql`${billedCosts.page} > ${after.page}`,
          and(eq(billedCosts.page, after.page), sql`${billedCosts.line} > ${after.line}`),
        );
  return db
    .select()
    .from(billedCosts)
    .where(
      and(
        ofImport(bill),
        environment === undefined ? undefined : eq(billedCosts.environment, environment),
        workload === undefined ? undefined : eq(billedCosts.workload, workload),
        gte(billedCosts.day, from),
        lt(billedCosts.day, to),
        beyond,
      ),
    )
    .orderBy(asc(billedCosts.page), asc(billedCosts.line))
    .limit(limit);
}

function costOf(row: typeof billedCosts.$inferSelect): BilledCost {
  const { import: _import, page: _page, line: _line, stagedAt: _at, provider, ...cost } = row;
  return { ...cost, provider: providerOf(provider) };
}
