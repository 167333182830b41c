import { asc, eq, getTableName, sql, type SQL } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import * as schema from "../../db/schema.ts";
import type { Database, Statement } from "./database.ts";
import { forgetPlans } from "./forget-plans.ts";
import {
  forgetBooks,
  forgetEvents,
  forgetExceptions,
  forgetPolicies,
  forgetRuns,
  forgetSteps,
  forgetTokens,
} from "./forget-rows.ts";
import { forgetUnits } from "./forget-units.ts";
import type { HistoryPart, HistoryStore } from "./history-store.ts";

/** How a part is walked: its table, the column that tells when a row was written, and what goes with those of its rows that may. */
interface Walk {
  readonly table: SQLiteTable;
  readonly at: SQL;
  /** `rows` is a list of rowids as a subquery. The last statement gives back a row for each that it removed. */
  readonly removal: (db: Database, rows: SQL, before: number) => readonly [...Statement[], Statement];
}

/** The walk of each part. */
export const WALKS: Readonly<Record<HistoryPart, Walk>> = {
  events: { table: schema.events, at: sql`at`, removal: forgetEvents },
  plans: { table: schema.plans, at: sql`created_at`, removal: forgetPlans },
  // Their rows do not tell when they were written: all are looked at in turn.
  units: { table: schema.units, at: sql`0`, removal: forgetUnits },
  runs: { table: schema.runs, at: sql`created_at`, removal: forgetRuns },
  policies: { table: schema.policies, at: sql`created_at`, removal: forgetPolicies },
  "price-books": { table: schema.priceBooks, at: sql`created_at`, removal: forgetBooks },
  tokens: { table: schema.tokens, at: sql`created_at`, removal: forgetTokens },
  exceptions: { table: schema.exceptions, at: sql`created_at`, removal: forgetExceptions },
  "budget-steps": { table: schema.budgetSteps, at: sql`announced_at`, removal: forgetSteps },
};

/** What lets go of history. A part of which nothing is old costs the reading of two rows and no write; units, that of each. */
export function historyStore(db: Database): HistoryStore {
  return {
    async forget(part, before, limit) {
      const walk = WALKS[part];
      const [place] = await db
        .select({ after: schema.prunings.after })
        .from(schema.prunings)
        .where(eq(schema.prunings.part, part));
      const after = place?.after ?? 0;
      const [next] = await rowsAfter(db, walk, after, 1);
      const rows = next === undefined || next.at > before ? [] : await rowsAfter(db, walk, after, limit);
      const young = rows.findIndex(({ at }) => at > before);
      // Nothing behind a young row is looked at: then no row goes while an older one of its kind is kept for its age alone.
      const old = young === -1 ? rows : rows.slice(0, young);
      const isThrough = old.length < limit;
      const moved = placed(db, part, after, isThrough ? 0 : (old.at(-1)?.id ?? 0));
      if (old.length === 0) {
        for (const statement of moved) await statement;
        return { removed: 0, isThrough };
      }
      const ids = JSON.stringify(old.map(({ id }) => id));
      const removal = walk.removal(db, sql`(select value from json_each(${ids}))`, before);
      const [first, ...rest] = [...moved, ...removal];
      if (first === undefined) return { removed: 0, isThrough };
      const answers: readonly unknown[] = await db.batch([first, ...rest]);
      const removed = answers.at(-1);
      return { removed: Array.isArray(removed) ? removed.length : 0, isThrough };
    },
  };
}

/** Rows of a part in the order they were written: rowids rise, and an engine that gives them anew keeps their order. */
export function rowsAfter(
  db: Database,
  { table, at }: Pick<Walk, "table" | "at">,
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
