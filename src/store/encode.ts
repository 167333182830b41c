import { Fault } from "../domain/fault.ts";

/** The largest row the port takes, bytes: D1's limit is about 1 MB (DESIGN.md, "D1 is the measure of the store"). */
export const MAX_ROW_BYTES = 900_000;
/** The largest JSON list in one parameter, bytes. D1 binds at most 2 MB (Cloudflare D1, Limits). */
const MAX_LIST_BYTES = 900_000;
const UTF8_BYTES_PER_CODE_UNIT = 3;

/** JSON for a column. Throws `too-large-to-store` when it passes `maxBytes`. */
export function encode(what: string, value: unknown, maxBytes: number = MAX_ROW_BYTES): string {
  const text = JSON.stringify(value);
  assertRowFits(what, [text], maxBytes);
  return text;
}

/** The value of a JSON column. The store wrote it, so its shape is trusted. */
export function decode<T>(text: string): T {
  return JSON.parse(text) as T;
}

/** `decode`, for a column that may be null. */
export function decodeMaybe<T>(text: string | null): T | undefined {
  return text === null ? undefined : decode<T>(text);
}

/** Throws `too-large-to-store` when the texts of one row together pass `maxBytes`. */
export function assertRowFits(
  what: string,
  texts: readonly (string | null | undefined)[],
  maxBytes: number = MAX_ROW_BYTES,
): void {
  // Nearly every row is far below: its upper bound is enough, and nothing is encoded to be counted.
  const atMost = texts.reduce((sum, text) => sum + (text ?? "").length * UTF8_BYTES_PER_CODE_UNIT, 0);
  if (atMost <= maxBytes) return;
  const bytes = texts.reduce((sum, text) => sum + bytesOf(text ?? ""), 0);
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
  for (const text of items.map((item) => JSON.stringify(item))) {
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

const bytesOf = (text: string) => new TextEncoder().encode(text).byteLength;
const kilobytes = (bytes: number) => Math.ceil(bytes / 1_000);
