import { getTableColumns, sql, type Column, type SQL } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Database } from "./database.ts";
import { insertColumns } from "./insert-from.ts";
import { jsonLists } from "./row-size.ts";

/** A row as it travels: values by the names of their columns here, and whatever expressions need beside them. */
export type Entry = Readonly<Record<string, unknown>>;

/**
 * Inserts of many rows in few statements: the rows travel as JSON lists, each within one bound parameter. `computed` gives columns by
 * an expression over `entry.value` in place of the row's own value.
 */
export function insertRows<T extends SQLiteTable>(
  db: Database,
  table: T,
  rows: readonly Entry[],
  computed: Readonly<Record<string, SQL>> = {},
) {
  const read: Record<string, SQL> = {};
  for (const [name, column] of Object.entries(getTableColumns(table))) read[name] = valueOf(name, column);
  return jsonLists(rows).map((list) =>
    // Without a condition SQLite would read what follows as a join's `on`.
    insertColumns(db, table, { ...read, ...computed }, sql`json_each(${list}) entry where true`),
  );
}

/** One field of an entry of the list, as SQL. */
export function entryField(name: string): SQL {
  return sql`entry.value ->> ${sql.raw(`'$.${name}'`)}`;
}

/** A field of an entry that is itself JSON, as its text. */
export function entryJson(name: string): SQL {
  return sql`entry.value -> ${sql.raw(`'$.${name}'`)}`;
}

function valueOf(name: string, column: Column): SQL {
  if (column.dataType === "json")
    return column.notNull ? entryJson(name) : sql`nullif(${entryJson(name)}, 'null')`;
  return column.default === undefined
    ? entryField(name)
    : sql`coalesce(${entryField(name)}, ${column.default})`;
}
