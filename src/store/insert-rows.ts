import { getTableColumns, sql, type Column, type SQL } from "drizzle-orm";
import { SQLiteAsyncDialect, type SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Database } from "./database.ts";
import { insertColumns } from "./insert-from.ts";
import { rowLists, type Entry, type RowList } from "./row-lists.ts";
import { bytesOf, jsonOf, JsonText } from "./row-size.ts";

/**
 * Inserts of many rows in few statements: the rows travel as lists, each within a few bound parameters, and what is the same in all of
 * them as a parameter of its own. `computed` gives columns by an expression over `entry.value` in place of the row's own value; nothing
 * is inserted unless `when` holds. Both may read any field of a row that `entryField` names.
 */
export function insertRows<T extends SQLiteTable>(
  db: Database,
  table: T,
  rows: readonly Entry[],
  computed: Readonly<Record<string, SQL>> = {},
  when: SQL = sql`true`,
) {
  const columns = Object.entries(getTableColumns(table)).filter(([name]) => computed[name] === undefined);
  const { same, texts, plain } = sorted(columns, rows);
  const asked = new Set([...plain, ...fieldsReadBy([...Object.values(computed), when])]);
  const sameBytes = [...same.values()].reduce<number>((sum, value) => sum + sizeOf(value), 0);
  return rowLists(entriesWith(asked, rows), texts, sameBytes).map((list) => {
    const read: Record<string, SQL> = {};
    for (const [name, column] of columns) {
      const other = defaultOf(column);
      const value = same.has(name) ? boundOf(same.get(name)) : valueOf(name, list);
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

interface Sorted {
  /** By column, what all rows have alike; null where none has anything. */
  readonly same: ReadonlyMap<string, unknown>;
  /** By column of JSON, the texts of the rows, empty for none. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
  /** The columns that are left. */
  readonly plain: readonly string[];
}

function sorted(columns: readonly (readonly [string, Column])[], rows: readonly Entry[]): Sorted {
  const same = new Map<string, unknown>();
  const texts = new Map<string, readonly string[]>();
  const plain: string[] = [];
  for (const [name, column] of columns) {
    if (column.dataType === "json") {
      const ofRows = rows.map((row) => textOf(row[name]));
      const [first = ""] = ofRows;
      if (ofRows.some((text) => text !== first)) texts.set(name, ofRows);
      else same.set(name, first === "" ? null : first);
    } else {
      const first = rows[0]?.[name] ?? null;
      if (rows.some((row) => (row[name] ?? null) !== first)) plain.push(name);
      else same.set(name, first);
    }
  }
  return { same, texts, plain };
}

// No JSON text is empty: nothing stands for null.
function textOf(value: unknown): string {
  if (value instanceof JsonText) return value.text;
  return value === undefined || value === null ? "" : jsonOf(value);
}

const dialect = new SQLiteAsyncDialect();

function fieldsReadBy(expressions: readonly SQL[]): readonly string[] {
  const { sql: text } = dialect.sqlToQuery(sql.join([...expressions]));
  return Array.from(text.matchAll(/'\$\.(\w+)/g), ([, name = ""]) => name);
}

function entriesWith(names: ReadonlySet<string>, rows: readonly Entry[]): readonly Entry[] {
  return rows.map((row) => {
    const entry: Record<string, unknown> = {};
    for (const name of names) entry[name] = row[name];
    return entry;
  });
}

const sizeOf = (value: unknown): number => (typeof value === "string" ? bytesOf(value) : 0);

function boundOf(value: unknown): SQL | undefined {
  if (value === null || value === undefined) return undefined;
  // Without halves of surrogate pairs, which `jsonOf` takes out of the lists: D1 would store each as three letters.
  if (typeof value === "string") return sql`${value.toWellFormed()}`;
  // As JSON's true is read out of a list.
  return sql`${typeof value === "boolean" ? Number(value) : value}`;
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
