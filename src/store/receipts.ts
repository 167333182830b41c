import { and, eq, sql } from "drizzle-orm";
import { blobs, receiptBlobs, receipts } from "../../db/schema.ts";
import { blobReads, blobRow, storedBlobs } from "./blobs.ts";
import type { Database, Statement } from "./database.ts";
import { insertFrom } from "./insert-from.ts";
import type { NewReceipt, ReceiptStore } from "./receipt-store.ts";
import { assertRowFits } from "./row-size.ts";

/** A blob that was there may be pruned before the batch that would hold on to it; then all is sent. */
const MAX_TRIES = 3;

/** Receipts, their blobs, and the pass that removes both. */
export function receiptStore(db: Database): ReceiptStore {
  return {
    ...blobReads(db),
    async keepReceipt(project, receipt) {
      assertRowFits("The receipt", [receipt.manifest]);
      for (let tries = 0; tries < MAX_TRIES; tries += 1) if (await keep(db, project, receipt)) return;
      throw new Error(`receipt ${receipt.hash} lost a blob each time it was written`);
    },
    async receipt(project, hash) {
      const { manifest, createdAt, keptUntil } = receipts;
      const rows = await db
        .select({ hash: receipts.hash, manifest, createdAt, keptUntil })
        .from(receipts)
        .where(and(eq(receipts.project, project), eq(receipts.hash, hash)))
        .limit(1);
      return rows[0];
    },
    async pruneReceipts(now, limit) {
      const [, , pruned] = await db.batch(pruning(db, now, limit));
      return pruned.length;
    },
  };
}

/** One batch of everything that is not stored yet. False when a blob that was stored has gone meanwhile. */
async function keep(db: Database, project: string, receipt: NewReceipt): Promise<boolean> {
  const { hash, manifest, createdAt, keptUntil } = receipt;
  const named = JSON.stringify([...receipt.blobs.keys()]);
  const stored = await storedBlobs(db, [...receipt.blobs.keys()]);
  const fresh = [...receipt.blobs].filter(([blob]) => !stored.has(blob));
  const rows = await Promise.all(fresh.map(([blob, text]) => blobRow(blob, text(), createdAt)));
  const first: Statement = db
    .insert(receipts)
    .values({ project, hash, manifest, createdAt, keptUntil })
    .onConflictDoUpdate({
      target: [receipts.project, receipts.hash],
      set: { keptUntil: sql`max(${receipts.keptUntil}, excluded.kept_until)` },
    });
  const columns = { blob: sql`entry.value`, project: sql`${project}`, receipt: sql`${hash}` };
  const statements: readonly Statement[] = [
    ...rows.map((row): Statement => db.insert(blobs).values(row).onConflictDoNothing()),
    insertFrom(db, receiptBlobs, columns, sql`json_each(${named}) entry where true`).onConflictDoNothing(),
  ];
  await db.batch([first, ...statements]);
  return (await storedBlobs(db, [...receipt.blobs.keys()])).size === receipt.blobs.size;
}

/** Blobs that only the pruned receipts name, then what names them, then the receipts: all three speak of the same receipts. */
function pruning(db: Database, now: number, limit: number) {
  const past = sql`select project, hash from receipts where kept_until <= ${now} order by kept_until, project, hash limit ${limit}`;
  return [
    db.delete(blobs).where(sql`hash in (
        select blob from receipt_blobs where (project, receipt) in (${past}))
      and not exists (
        select 1 from receipt_blobs other where other.blob = blobs.hash
        and (other.project, other.receipt) not in (${past}))`),
    db.delete(receiptBlobs).where(sql`(project, receipt) in (${past})`),
    db
      .delete(receipts)
      .where(sql`(project, hash) in (${past})`)
      .returning({ hash: receipts.hash }),
  ] as const;
}
