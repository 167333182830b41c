import { Refusal } from "../refusal.ts";

/** A record of a bill is a few kB; tags may make it long. Beyond this it is no CSV, or a quote was never closed. */
const MAX_RECORD_CHARACTERS = 1024 * 1024;

/** Reads CSV (RFC 4180) piece by piece, however it is cut. */
export interface CsvReader {
  /** The records that are whole with this piece. */
  readonly push: (text: string) => readonly (readonly string[])[];
  /** The last record, where no line break ends it. Throws a `Refusal` for a quote that is still open. */
  readonly end: () => readonly (readonly string[])[];
}

/** A reader at the beginning of a file of this name. */
export function openCsv(name: string): CsvReader {
  let rest = "";
  let begun = false;
  let read = 0;
  const take = (last: boolean) => {
    const { records, at } = recordsIn(rest, last);
    rest = rest.slice(at);
    read += records.length;
    if (rest.length > MAX_RECORD_CHARACTERS || (last && rest !== ""))
      throw new Refusal(2, `${name}: the row after row ${read} does not end`, {
        next: "A quote is not closed, or the file was cut off: export it again",
      });
    return records;
  };
  return {
    push: (text) => {
      rest += begun || !text.startsWith(BYTE_ORDER_MARK) ? text : text.slice(1);
      begun = begun || text !== "";
      return take(false);
    },
    end: () => take(true),
  };
}

const BYTE_ORDER_MARK = "\uFEFF";
const QUOTE = 34;
const COMMA = 44;
const NEWLINE = 10;
const RETURN = 13;

interface Found {
  readonly records: readonly (readonly string[])[];
  /** Where the first record begins that is not whole. */
  readonly at: number;
}

function recordsIn(text: string, last: boolean): Found {
  const records: string[][] = [];
  let begin = 0;
  let fields: string[] = [];
  let at = 0;
  for (;;) {
    // At the end a comma is still followed by a field, an empty one.
    if (at >= text.length && !(last && fields.length > 0)) break;
    const field = text.charCodeAt(at) === QUOTE ? quoted(text, at, last) : bare(text, at, last);
    if (field === undefined) break;
    fields.push(field.value);
    at = field.end + 1;
    if (text.charCodeAt(field.end) === COMMA) {
      if (at < text.length || last) continue;
      break;
    }
    // An empty line is no record.
    if (fields.length > 1 || fields[0] !== "") records.push(fields);
    fields = [];
    begin = Math.min(at, text.length);
  }
  return { records, at: begin };
}

/** A field's value, and where the comma or the line break after it is. Undefined where the text ends before that. */
interface Field {
  readonly value: string;
  readonly end: number;
}

function bare(text: string, from: number, last: boolean): Field | undefined {
  let end = from;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === COMMA || code === NEWLINE) break;
  }
  if (end === text.length && !last) return undefined;
  const returns = text.charCodeAt(end) !== COMMA && end > from && text.charCodeAt(end - 1) === RETURN;
  return { value: text.slice(from, returns ? end - 1 : end), end };
}

function quoted(text: string, from: number, last: boolean): Field | undefined {
  let value = "";
  let at = from + 1;
  for (;;) {
    const close = text.indexOf('"', at);
    if (close < 0) return undefined;
    value += text.slice(at, close);
    if (text.charCodeAt(close + 1) === QUOTE) {
      value += '"';
      at = close + 2;
      continue;
    }
    // At the end of a piece the quote may be the first half of two: then there is no field yet.
    const after = bare(text, close + 1, last);
    return after === undefined ? undefined : { value: value + after.value, end: after.end };
  }
}
