import { Fault } from "../domain/fault.ts";

/** The largest row the port takes, bytes: D1's limit is about 1 MB (DESIGN.md, "D1 is the measure of the store"). */
export const MAX_ROW_BYTES = 900_000;
/** The largest JSON list in one parameter, bytes. D1 binds at most 2 MB (Cloudflare D1, Limits). */
const MAX_LIST_BYTES = 900_000;
const UTF8_BYTES_PER_CODE_UNIT = 3;

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
  const text = JSON.stringify(values);
  // Nearly every row is far below: its upper bound is enough, and nothing is encoded to be counted.
  if (text.length * UTF8_BYTES_PER_CODE_UNIT <= maxBytes) return;
  const bytes = bytesOf(text);
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

/** UTF-8 bytes of a text. Nearly all are plain ASCII, and then nothing is encoded to be counted. */
function bytesOf(text: string): number {
  // oxlint-disable-next-line no-control-regex -- the range of ASCII begins with them
  return /[^\u0000-\u007f]/.test(text) ? new TextEncoder().encode(text).byteLength : text.length;
}

const kilobytes = (bytes: number) => Math.ceil(bytes / 1_000);
