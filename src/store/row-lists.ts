import { bytesOf, jsonOf, JsonText, MAX_LIST_BYTES } from "./row-size.ts";

/** A row as it travels: values by the names of their columns here, and whatever expressions need beside them. */
export type Entry = Readonly<Record<string, unknown>>;

/** Rows of one statement. */
export interface RowList {
  /** A JSON list of rows, which have `[first byte, bytes]` in place of each long text; bytes count from 1, as SQL does. */
  readonly entries: string;
  /** By column, the long texts of all rows one after the other. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Cuts rows into lists that each fit one statement. What the columns `longTexts` hold as JSON travels beside the list and is cut out of
 * there: within it, SQLite would read and unescape every character, twice, only to get that very text.
 */
export function rowLists(rows: readonly Entry[], longTexts: readonly string[]): readonly RowList[] {
  const lists: RowList[] = [];
  let open = emptyList(longTexts);
  for (const row of rows) {
    const texts = longTexts.map((name) => textOf(row[name]));
    const sizes = texts.map(bytesOf);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    let entry = entryOf(row, sizes, open);
    if (open.entries.length > 0 && open.bytes + bytes + bytesOf(entry) > MAX_LIST_BYTES) {
      lists.push(closed(open));
      open = emptyList(longTexts);
      entry = entryOf(row, sizes, open);
    }
    for (const [at, column] of open.columns.entries()) {
      column.texts.push(texts[at] ?? "");
      column.bytes += sizes[at] ?? 0;
    }
    open.entries.push(entry);
    open.bytes += bytes + bytesOf(entry) + 1;
  }
  if (open.entries.length > 0) lists.push(closed(open));
  return lists;
}

interface Open {
  readonly columns: readonly { readonly name: string; readonly texts: string[]; bytes: number }[];
  readonly entries: string[];
  bytes: number;
}

function emptyList(longTexts: readonly string[]): Open {
  return { columns: longTexts.map((name) => ({ name, texts: [], bytes: 0 })), entries: [], bytes: 0 };
}

function textOf(value: unknown): string {
  if (value instanceof JsonText) return value.text;
  return value === undefined || value === null ? "" : jsonOf(value);
}

function entryOf(row: Entry, sizes: readonly number[], { columns }: Open): string {
  const entry: Record<string, unknown> = { ...row };
  for (const [at, { name, bytes }] of columns.entries()) {
    const size = sizes[at] ?? 0;
    // No JSON text is empty: nothing stands for null.
    entry[name] = size === 0 ? null : [bytes + 1, size];
  }
  return jsonOf(entry);
}

function closed({ columns, entries }: Open): RowList {
  return {
    entries: `[${entries.join()}]`,
    texts: new Map(columns.map(({ name, texts }) => [name, texts.join("")])),
  };
}
