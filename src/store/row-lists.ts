import { bytesOf, jsonOf, MAX_LIST_BYTES } from "./row-size.ts";

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
 * Cuts rows into lists that each fit one statement, which binds `besideBytes` more. `longTexts` are by column the JSON texts of the rows,
 * empty for none: they travel beside the list and are cut out of there, since within it SQLite would read and unescape every character,
 * twice, only to get that very text.
 */
export function rowLists(
  rows: readonly Entry[],
  longTexts: ReadonlyMap<string, readonly string[]>,
  besideBytes: number = 0,
): readonly RowList[] {
  const lists: RowList[] = [];
  const columns = [...longTexts];
  let open = emptyList(columns, besideBytes);
  for (const [at, row] of rows.entries()) {
    const fields = jsonOf(row);
    const sizes = columns.map(([, texts]) => bytesOf(texts[at] ?? ""));
    let entry = placed(fields, sizes, open);
    if (open.entries.length > 0 && open.bytes + entry.bytes > MAX_LIST_BYTES) {
      lists.push(closed(open));
      open = emptyList(columns, besideBytes);
      entry = placed(fields, sizes, open);
    }
    for (const [index, column] of open.columns.entries()) {
      column.parts.push(column.texts[at] ?? "");
      column.bytes += sizes[index] ?? 0;
    }
    open.entries.push(entry.text);
    open.bytes += entry.bytes;
  }
  if (open.entries.length > 0) lists.push(closed(open));
  return lists;
}

interface Open {
  readonly columns: readonly {
    readonly name: string;
    readonly texts: readonly string[];
    readonly parts: string[];
    bytes: number;
  }[];
  readonly entries: string[];
  bytes: number;
}

function emptyList(columns: readonly (readonly [string, readonly string[]])[], bytes: number): Open {
  return {
    columns: columns.map(([name, texts]) => ({ name, texts, parts: [], bytes: 0 })),
    entries: [],
    bytes,
  };
}

// `fields` is a JSON object: where its long texts begin in this list goes in before its closing brace. `bytes` is all the row takes.
function placed(fields: string, sizes: readonly number[], { columns }: Open) {
  const places = columns.map(({ name, bytes }, index) => {
    const size = sizes[index] ?? 0;
    // No JSON text is empty: nothing stands for null.
    return `"${name}":${size === 0 ? "null" : `[${bytes + 1},${size}]`}`;
  });
  const comma = fields === "{}" || places.length === 0 ? "" : ",";
  const text = `${fields.slice(0, -1)}${comma}${places.join()}}`;
  return { text, bytes: sizes.reduce((sum, size) => sum + size, bytesOf(text) + 1) };
}

function closed({ columns, entries }: Open): RowList {
  return {
    entries: `[${entries.join()}]`,
    texts: new Map(columns.map(({ name, parts }) => [name, parts.join("")])),
  };
}
