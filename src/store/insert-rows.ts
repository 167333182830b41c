import { getTableColumns, sql, type Column, type SQL } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Database } from "./database.ts";
import { insertColumns } from "./insert-from.ts";
import { rowLists, type Entry, type RowList } from "./row-lists.ts";

/**
 * Inserts of many rows in few statements: the rows travel as lists, each within a few bound parameters. `computed` gives columns by
 * an expression over `entry.value` in place of the row's own value; nothing is inserted unless `when` holds.
 */
export function insertRows<T extends SQLiteTable>(
  db: Database,
  table: T,
  rows: readonly Entry[],
  computed: Readonly<Record<string, SQL>> = {},
  when: SQL = sql`true`,
) {
  const columns = Object.entries(getTableColumns(table)).filter(([name]) => computed[name] === undefined);
  // What no row has is not looked for in each of them.
  const given = columns.filter(([name]) => rows.some((row) => row[name] !== undefined && row[name] !== null));
  const isGiven = new Set(given.map(([name]) => name));
  const longTexts = given.filter(([, column]) => column.dataType === "json").map(([name]) => name);
  return rowLists(rows, longTexts).map((list) => {
    const read: Record<string, SQL> = {};
    for (const [name, column] of columns) {
      const value = isGiven.has(name) ? valueOf(name, list) : undefined;
      const other = defaultOf(column);
      read[name] =
        value === undefined ? other : column.hasDefault ? sql`coalesce(${value}, ${other})` : value;
    }
    return insertColumns(
      db,
      table,
      { ...read, ...computed },
      sql`${rowsOf(list.entries)} entry where ${when}`,
    );
  });
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

function valueOf(name: string, { texts }: RowList): SQL {
  const text = texts.get(name);
  if (text === undefined) return entryField(name);
  // As a blob it is cut at bytes, wherever they are; as a text SQLite would count characters from the beginning each time.
  return sql`cast(substr(cast(${text} as blob), ${entryField(`${name}[0]`)}, ${entryField(`${name}[1]`)}) as text)`;
}

function defaultOf(column: Column): SQL {
  return column.default === undefined ? sql`null` : sql`${column.default}`;
}
