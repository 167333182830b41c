import { getTableColumns, sql, type Column, type SQL } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Database } from "./database.ts";
import { insertColumns } from "./insert-from.ts";
import { jsonLists } from "./row-size.ts";

/** A row as it travels: values by the names of their columns here, and whatever expressions need beside them. */
export type Entry = Readonly<Record<string, unknown>>;

/**
 * Inserts of many rows in few statements: the rows travel as JSON lists, each within one bound parameter. `computed` gives columns by
 * an expression over `entry.value` in place of the row's own value; nothing is inserted unless `when` holds.
 */
export function insertRows<T extends SQLiteTable>(
  db: Database,
  table: T,
  rows: readonly Entry[],
  computed: Readonly<Record<string, SQL>> = {},
  when: SQL = sql`true`,
) {
  const read: Record<string, SQL> = {};
  const texts: string[] = [];
  for (const [name, column] of Object.entries(getTableColumns(table))) {
    read[name] = valueOf(name, column);
    if (column.dataType === "json" && computed[name] === undefined) texts.push(name);
  }
  return jsonLists(rows.map((row) => withTexts(row, texts))).map((list) =>
    insertColumns(db, table, { ...read, ...computed }, sql`${rowsOf(list)} entry where ${when}`),
  );
}

/**
 * The entries of a JSON list, each made into text once and not again for every field that is read of it: `limit` keeps SQLite from
 * folding this into the statement. It goes before a `where`: without a condition SQLite would read `on conflict` as a join's.
 */
function rowsOf(list: string): SQL {
  return sql`(select key, value from json_each(${list}) limit -1)`;
}

/** One field of an entry of the list, as SQL. */
export function entryField(name: string): SQL {
  return sql`entry.value ->> ${sql.raw(`'$.${name}'`)}`;
}

/** A field of an entry that is itself JSON, as its text. */
export function entryJson(name: string): SQL {
  return sql`entry.value -> ${sql.raw(`'$.${name}'`)}`;
}

// What a column holds as JSON travels as its text: SQLite would read its parts and write them again, only to get that very text.
function withTexts(row: Entry, names: readonly string[]): Entry {
  const texts: Record<string, unknown> = {};
  for (const name of names) {
    const value = row[name];
    texts[name] = value === undefined || value === null ? null : JSON.stringify(value);
  }
  return { ...row, ...texts };
}

function valueOf(name: string, column: Column): SQL {
  return column.default === undefined
    ? entryField(name)
    : sql`coalesce(${entryField(name)}, ${column.default})`;
}
