import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { Context } from "../context.ts";
import { Refusal } from "../refusal.ts";
import { type BillSum, openSum } from "./bill-sum.ts";
import { openCsv } from "./csv-records.ts";
import { readCharge, type Sought } from "./focus-charge.ts";
import { type FocusColumns, readColumns } from "./focus-columns.ts";

/** The most one import reads, once unpacked: a large organisation's month of hourly rows is below both. */
const MAX_BYTES = 64 * 1024 ** 3;
const MAX_ROWS = 100_000_000;
/** Rows between two lines that say how far it is. */
const ROWS_A_WORD = 2_000_000;

/** Reads files of one bill and adds them up, row by row; none is held in memory. Throws a `Refusal` for what is no such file. */
export async function readBill(
  ctx: Pick<Context, "openFile" | "stdin" | "stderr" | "signal">,
  files: readonly string[],
  sought: Sought,
  month: string | undefined,
): Promise<BillSum> {
  const sum = openSum();
  let [bytes, rows] = [0, 0];
  for (const file of files) {
    const csv = openCsv(file);
    const decoder = new TextDecoder();
    let columns: FocusColumns | undefined;
    let row = 0;
    const take = (records: readonly (readonly string[])[]) => {
      for (const record of records) {
        if (columns === undefined) columns = readColumns(record, file);
        else {
          sum.add(readCharge(record, columns, sought, month), file, ++row);
          rows += 1;
          if (rows % ROWS_A_WORD === 0) ctx.stderr.write(`${rows.toLocaleString("en")} rows read\n`);
        }
      }
    };
    for await (const chunk of unpacked(ctx, file)) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES || rows > MAX_ROWS)
        throw new Refusal(2, `that is more than ${MAX_ROWS} rows or ${MAX_BYTES} bytes, which no month has`);
      if (ctx.signal.aborted) throw new Refusal(1, "interrupted: nothing was changed");
      take(csv.push(decoder.decode(chunk, { stream: true })));
    }
    take(csv.push(decoder.decode()));
    take(csv.end());
    if (columns === undefined) throw new Refusal(2, `${file} is empty`);
  }
  return sum.sum();
}

async function* unpacked(
  ctx: Pick<Context, "openFile" | "stdin">,
  file: string,
): AsyncGenerator<Uint8Array, void> {
  const source = asBytes(file === "-" ? ctx.stdin : ctx.openFile(file));
  const first = await firstOf(source, file);
  if (first === undefined) return;
  if (startsWith(first, PARQUET))
    throw new Refusal(2, `${file} is a Parquet file, and only CSV is read`, {
      next: "Have the provider export CSV, packed with gzip or not",
    });
  const whole = joined(first, source);
  if (!startsWith(first, GZIP)) return yield* whole;
  const gunzip = createGunzip();
  // Whatever ends the one ends the other; the reader below meets the error.
  const done = pipeline(Readable.from(whole), gunzip).catch((error: unknown) => error);
  try {
    for await (const chunk of gunzip) if (chunk instanceof Uint8Array) yield chunk;
  } catch (error) {
    throw new Refusal(2, `${file} cannot be unpacked: it is cut off or no gzip file`, { cause: error });
  } finally {
    gunzip.destroy();
    await done;
  }
}

const GZIP = [0x1f, 0x8b];
const PARQUET = [...Buffer.from("PAR1")];
const startsWith = (bytes: Uint8Array, begin: readonly number[]): boolean =>
  begin.every((byte, at) => bytes[at] === byte);

async function* asBytes(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of source) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    if (bytes.length > 0) yield bytes;
  }
}

async function firstOf(
  source: AsyncGenerator<Uint8Array, void>,
  file: string,
): Promise<Uint8Array | undefined> {
  try {
    const { value, done } = await source.next();
    return done === true ? undefined : value;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new Refusal(2, `${file} cannot be read: ${WHY[code] ?? code}`, { cause: error });
  }
}

const WHY: Readonly<Record<string, string | undefined>> = {
  ENOENT: "there is no such file",
  EACCES: "you may not read it",
  EISDIR: "it is a directory",
};

async function* joined(first: Uint8Array, rest: AsyncGenerator<Uint8Array, void>) {
  yield first;
  yield* rest;
}
