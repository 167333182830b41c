import { sql } from "drizzle-orm";
import { blobs } from "../../db/schema.ts";
import { sha256Hex } from "../domain/canonical-json.ts";
import { Fault } from "../domain/fault.ts";
import type { Database } from "./database.ts";
import { deflated, inflated } from "./deflate.ts";
import type { ReceiptStore } from "./receipt-store.ts";

/** The largest deflated text of one row, bytes: below the limit of a row with its other columns. */
export const MAX_BLOB_BYTES = 850_000;
/** The largest text that is taken or given back, bytes. */
const MAX_TEXT_BYTES = 32_000_000;

/** A row of `blobs`, ready to be inserted. */
export interface BlobRow {
  readonly hash: string;
  readonly content: Buffer;
  readonly bytes: number;
  readonly storedAt: number;
}

/** Reads of texts by their content. */
export function blobReads(db: Database): Pick<ReceiptStore, "blobs"> {
  return {
    async blobs(hashes) {
      // Unrolled by hash, so that no answer is larger than one row.
      const texts = await Promise.all([...new Set(hashes)].map((hash) => textOf(db, hash)));
      return new Map(texts.flatMap((found) => (found === undefined ? [] : [found])));
    },
  };
}

/** Those of the hashes that are stored. */
export async function storedBlobs(db: Database, hashes: readonly string[]): Promise<ReadonlySet<string>> {
  const list = JSON.stringify(hashes);
  const rows = await db
    .select({ hash: blobs.hash })
    .from(blobs)
    .where(sql`${blobs.hash} in (select value from json_each(${list}))`);
  return new Set(rows.map(({ hash }) => hash));
}

/** The row of a text. Throws `too-large-to-store` when it does not fit one row even deflated, `Error` when it is not what its hash says. */
export async function blobRow(hash: string, text: string, storedAt: number): Promise<BlobRow> {
  if (sha256Hex(text) !== hash) throw new Error(`a text of another hash was to be stored as ${hash}`);
  const bytes = new TextEncoder().encode(text).byteLength;
  const content = await deflated(text);
  if (content.byteLength > MAX_BLOB_BYTES || bytes > MAX_TEXT_BYTES)
    throw new Fault(
      "too-large-to-store",
      `A part of the receipt takes ${content.byteLength} bytes, and at most ${MAX_BLOB_BYTES} can be stored.`,
    );
  return { hash, content: Buffer.from(content), bytes, storedAt };
}

async function textOf(db: Database, hash: string): Promise<readonly [string, string] | undefined> {
  const one = sql`${blobs.hash} = ${hash}`;
  const [row] = await db
    .select({ content: blobs.content, bytes: blobs.bytes })
    .from(blobs)
    .where(one)
    .limit(1);
  if (row === undefined) return undefined;
  const text = await inflated(row.content, Math.min(row.bytes, MAX_TEXT_BYTES));
  if (sha256Hex(text) !== hash)
    throw new Error(`blob ${hash} is not what its hash says: the row was changed`);
  return [hash, text];
}
