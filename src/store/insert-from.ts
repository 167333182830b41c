import { getTableColumns, sql, type SQL } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Database } from "./database.ts";

/** One row, for a select that needs no table but has a condition. */
export const ONE_ROW = sql`(select 1)`;

/**
 * An insert whose rows come from a select: an expression for each column, null for one left out. Made with drizzle's own insert,
 * because on D1 its `batch()` takes no bare SQL that has parameters.
 */
export function insertFrom<T extends SQLiteTable>(
  db: Database,
  table: T,
  values: Readonly<Partial<Record<keyof T["$inferSelect"], SQL>>>,
  from: SQL,
) {
  return insertColumns(db, table, values, from);
}

/** The same, where the names of the columns are only known as the code runs. */
export function insertColumns<T extends SQLiteTable>(
  db: Database,
  table: T,
  byName: Readonly<Record<string, SQL | undefined>>,
  from: SQL,
) {
  const columns = Object.keys(getTableColumns(table)).map((name) => byName[name] ?? sql`null`);
  return db.insert(table).select(sql`select ${sql.join(columns, sql`, `)} from ${from}`);
}
