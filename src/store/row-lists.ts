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
  let open = emptyList(longTexts, besideBytes);
  for (const [at, row] of rows.entries()) {
    const fields = jsonOf(row);
    let entry = placed(fields, at, open);
    if (open.entries.length > 0 && open.bytes + entry.bytes > MAX_LIST_BYTES) {
      lists.push(closed(open));
      open = emptyList(longTexts, besideBytes);
      entry = placed(fields, at, open);
    }
    for (const column of open.columns) {
      column.parts.push(column.texts[at] ?? "");
      column.bytes += column.next;
    }
    open.entries.push(entry.text);
    open.bytes += entry.bytes;
  }
  if (open.entries.length > 0) lists.push(closed(open));
  return lists;
}

interface OpenColumn {
  readonly name: string;
  /** Of all rows. */
  readonly texts: readonly string[];
  /** Of the rows in this list, and their bytes. */
  readonly parts: string[];
  bytes: number;
  /** Bytes of the row that is being placed. */
  next: number;
}

interface Open {
  readonly columns: readonly OpenColumn[];
  readonly entries: string[];
  bytes: number;
}

function emptyList(longTexts: ReadonlyMap<string, readonly string[]>, bytes: number): Open {
  const columns = Array.from(longTexts, ([name, texts]) => ({ name, texts, parts: [], bytes: 0, next: 0 }));
  return { columns, entries: [], bytes };
}

// `fields` is a JSON object: where its long texts begin in this list goes in before its closing brace. `bytes` is all the row takes.
function placed(fields: string, at: number, { columns }: Open) {
  let text = fields.slice(0, -1);
  let separator = fields === "{}" ? "" : ",";
  let bytes = 0;
  for (const column of columns) {
    column.next = bytesOf(column.texts[at] ?? "");
    // No JSON text is empty: nothing stands for null.
    const place = column.next === 0 ? "null" : `[${column.bytes + 1},${column.next}]`;
    text += `${separator}"${column.name}":${place}`;
    separator = ",";
    bytes += column.next;
  }
  text += "}";
  return { text, bytes: bytes + bytesOf(text) + 1 };
}

function closed({ columns, entries }: Open): RowList {
  return {
    entries: `[${entries.join()}]`,
    texts: new Map(columns.map(({ name, parts }) => [name, parts.join("")])),
  };
}
