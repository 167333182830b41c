import { Fault } from "../domain/fault.ts";

/** The largest row the port takes, bytes: D1's limit is about 1 MB (DESIGN.md, "D1 is the measure of the store"). */
export const MAX_ROW_BYTES = 900_000;
/** The largest list of one statement, bytes, be it one parameter or several. D1 binds at most 2 MB (Cloudflare D1, Limits). */
export const MAX_LIST_BYTES = 900_000;
const UTF8_BYTES_PER_CODE_UNIT = 3;

/** A JSON value as its text: made once, to be measured and to travel. */
export class JsonText {
  readonly text: string;

  constructor(value: unknown) {
    this.text = jsonOf(value);
  }
}

/**
 * The JSON text of a value. Half a surrogate pair becomes U+FFFD: SQL would read it out of the JSON as what is no UTF-8, and over such
 * a text libSQL's client ends the whole process.
 */
export function jsonOf(value: unknown): string {
  const text = JSON.stringify(value);
  // Only halves are escaped so; where somebody wrote these very letters, the second look changes nothing.
  return text.includes("\\ud") ? JSON.stringify(value, wellFormed) : text;
}

function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === "string" ? value.toWellFormed() : value;
}

/** The JSON columns of one row as their texts, null for what is absent. Throws `too-large-to-store` when together they pass `maxBytes`. */
export function textsThatFit<K extends string>(
  what: string,
  values: Readonly<Record<K, unknown>>,
  maxBytes?: number,
): Readonly<Record<K, JsonText | null>>;
export function textsThatFit(
  what: string,
  values: Readonly<Record<string, unknown>>,
  maxBytes: number = MAX_ROW_BYTES,
): Readonly<Record<string, JsonText | null>> {
  const texts: Record<string, JsonText | null> = {};
  const parts: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    const json = value === undefined || value === null ? null : new JsonText(value);
    texts[name] = json;
    if (json !== null) parts.push(json.text);
  }
  assertTextFits(what, parts, maxBytes);
  return texts;
}

/** The value of a JSON column, once it is known to fit. Throws `too-large-to-store` when it passes `maxBytes`. */
export function fitting<T>(what: string, value: T, maxBytes: number = MAX_ROW_BYTES): T {
  assertRowFits(what, [value], maxBytes);
  return value;
}

/** Throws `too-large-to-store` when the JSON columns of one row together pass `maxBytes`. */
export function assertRowFits(
  what: string,
  values: readonly unknown[],
  maxBytes: number = MAX_ROW_BYTES,
): void {
  assertTextFits(what, [JSON.stringify(values)], maxBytes);
}

function assertTextFits(what: string, texts: readonly string[], maxBytes: number): void {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  // Nearly every row is far below: its upper bound is enough, and nothing is encoded to be counted.
  if (length * UTF8_BYTES_PER_CODE_UNIT <= maxBytes) return;
  const bytes = texts.reduce((sum, text) => sum + bytesOf(text), 0);
  if (bytes <= maxBytes) return;
  const sizes = `${kilobytes(bytes)} kB, and at most ${kilobytes(maxBytes)} kB can be stored`;
  throw new Fault(
    "too-large-to-store",
    `${what} takes ${sizes}: make its files, variables or lists smaller.`,
  );
}

/** Cuts a list into JSON arrays that each fit one bound parameter: D1 takes 100 parameters a statement, so lists travel as one. */
export function jsonLists(items: readonly unknown[]): readonly string[] {
  const lists: string[] = [];
  let open: string[] = [];
  let bytes = 0;
  for (const text of items.map(jsonOf)) {
    const size = bytesOf(text) + 1;
    if (open.length > 0 && bytes + size > MAX_LIST_BYTES) {
      lists.push(`[${open.join()}]`);
      open = [];
      bytes = 0;
    }
    open.push(text);
    bytes += size;
  }
  if (open.length > 0) lists.push(`[${open.join()}]`);
  return lists;
}

const encoder = new TextEncoder();
/** What texts are encoded into, only to be counted: nearly all are short, and then nothing is made and thrown away. */
const scratch = new Uint8Array(65_536);

/** UTF-8 bytes of a text. */
export function bytesOf(text: string): number {
  const { read, written } = encoder.encodeInto(text, scratch);
  return read === text.length ? written : encoder.encode(text).byteLength;
}

const kilobytes = (bytes: number) => Math.ceil(bytes / 1_000);
