import { asc, eq, getTableName, sql } from "drizzle-orm";
import * as schema from "../../db/schema.ts";
import type { Database, Statement } from "./database.ts";
import type { Forgetting } from "./forgetting.ts";
import { OLD_PLANS } from "./forget-plans.ts";
import {
  OLD_BOOKS,
  OLD_CHANGES,
  OLD_EVENTS,
  OLD_EXCEPTIONS,
  OLD_POLICIES,
  OLD_RUNS,
  OLD_STEPS,
  OLD_TOKENS,
} from "./forget-rows.ts";
import { OLD_UNITS } from "./forget-units.ts";
import type { HistoryPart, HistoryStore } from "./history-store.ts";

/** So many young rows one after the other, and all that were written after them are taken for young. */
const ALL_YOUNG = 10;

/** How each part lets go of what is old. */
export const FORGETTING: Readonly<Record<HistoryPart, Forgetting>> = {
  events: OLD_EVENTS,
  plans: OLD_PLANS,
  changes: OLD_CHANGES,
  units: OLD_UNITS,
  runs: OLD_RUNS,
  policies: OLD_POLICIES,
  "price-books": OLD_BOOKS,
  tokens: OLD_TOKENS,
  exceptions: OLD_EXCEPTIONS,
  "budget-steps": OLD_STEPS,
};

/**
 * What lets go of history. A part of which nothing is old costs the reading of a few rows, one whose old rows are all needed the asking
 * after each, and neither a write.
 */
export function historyStore(db: Database): HistoryStore {
  return {
    async forget(part, before, limit) {
      const [place] = await db
        .select({ after: schema.prunings.after })
        .from(schema.prunings)
        .where(eq(schema.prunings.part, part));
      const after = place?.after ?? 0;
      const one = FORGETTING[part];
      const { old, last, isThrough } = await oldRows(db, one, { after, before, limit });
      const moved = placed(db, part, after, isThrough ? 0 : last);
      const going = old.length === 0 ? [] : await rowsThatMayGo(db, one, old, before);
      const [first, ...rest] = [...moved, ...(going.length === 0 ? [] : removal(db, one, going, before))];
      if (first === undefined) return { removed: 0, isThrough };
      const answers: readonly unknown[] = await db.batch([first, ...rest]);
      const removed = going.length === 0 ? [] : answers.at(-1);
      return { removed: Array.isArray(removed) ? removed.length : 0, isThrough };
    },
  };
}

/** Rows of a part in the order they were written: rowids rise, and an engine that gives them anew keeps their order. */
export function rowsAfter(
  db: Database,
  { table, at }: Pick<Forgetting, "table" | "at">,
  after: number,
  limit: number,
) {
  const id = sql<number>`${sql.identifier(getTableName(table))}.rowid`;
  return db
    .select({ id, at: sql<number>`${at}` })
    .from(table)
    .where(sql`${id} > ${after}`)
    .orderBy(asc(id))
    .limit(limit);
}

/** The statements that remove rows and what goes with them; the last one gives back a row for each that it removed. */
export function removal(
  db: Database,
  { table, mayGo, also }: Forgetting,
  ids: readonly number[],
  before: number,
) {
  // Asked again: what was true of a row when it was read need not be when it goes.
  const going = mayGo(listOf(ids), before);
  const last = db
    .delete(table)
    .where(going)
    .returning({ one: sql<number>`1` });
  return [...(also?.(db, going, before) ?? []), last] satisfies readonly Statement[];
}

interface Look {
  readonly after: number;
  readonly before: number;
  readonly limit: number;
}

interface OldRows {
  readonly old: readonly number[];
  /** The last row that was looked at. */
  readonly last: number;
  readonly isThrough: boolean;
}

// A row that was written anew, as a dry run is when it is committed, is younger than its place: some in a row tell that all the rest are.
async function oldRows(db: Database, one: Forgetting, { after, before, limit }: Look): Promise<OldRows> {
  const isOld = ({ at }: { readonly at: number }) => at <= before;
  const first = await rowsAfter(db, one, after, ALL_YOUNG);
  if (!first.some(isOld)) return { old: [], last: after, isThrough: true };
  const rows = await rowsAfter(db, one, after, limit);
  const young = one.isInOrder ? rows.findIndex((row) => !isOld(row)) : -1;
  const seen = young === -1 ? rows : rows.slice(0, young);
  const old = seen.filter(isOld).map(({ id }) => id);
  const isThrough = seen.length < limit || !seen.slice(-ALL_YOUNG).some(isOld);
  return { old, last: seen.at(-1)?.id ?? after, isThrough };
}

async function rowsThatMayGo(
  db: Database,
  { table, mayGo }: Forgetting,
  ids: readonly number[],
  before: number,
): Promise<readonly number[]> {
  const rows = await db
    .select({ id: sql<number>`rowid` })
    .from(table)
    .where(mayGo(listOf(ids), before));
  return rows.map(({ id }) => id);
}

const listOf = (ids: readonly number[]) => sql`(select value from json_each(${JSON.stringify(ids)}))`;

// Where the next look begins; nothing is written when that is where this one began.
function placed(db: Database, part: HistoryPart, from: number, to: number) {
  if (from === to) return [];
  const { prunings } = schema;
  const row = { part, after: to };
  return [
    db
      .insert(prunings)
      .values(row)
      .onConflictDoUpdate({ target: prunings.part, set: { after: to } }),
  ] satisfies readonly Statement[];
}
