import { blob, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Texts by what they say, deflated: offers, policies and price books that receipts name. */
export const blobs = sqliteTable("blobs", {
  /** Hex SHA-256 of the text. */
  hash: text("hash").primaryKey(),
  content: blob("content", { mode: "buffer" }).notNull(),
  /** Of the text, before it was deflated. */
  bytes: integer("bytes").notNull(),
  storedAt: integer("stored_at").notNull(),
});

export const receipts = sqliteTable(
  "receipts",
  {
    project: text("project").notNull(),
    /** Hex SHA-256 of the manifest. */
    hash: text("hash").notNull(),
    manifest: text("manifest").notNull(),
    createdAt: integer("created_at").notNull(),
    keptUntil: integer("kept_until").notNull(),
  },
  (row) => [primaryKey({ columns: [row.project, row.hash] }), index("receipts_kept_until").on(row.keptUntil)],
);

/** Which blobs a receipt names: a blob with a row here is in use. */
export const receiptBlobs = sqliteTable(
  "receipt_blobs",
  {
    blob: text("blob").notNull(),
    project: text("project").notNull(),
    receipt: text("receipt").notNull(),
  },
  (row) => [
    primaryKey({ columns: [row.blob, row.project, row.receipt] }),
    index("receipt_blobs_receipt").on(row.project, row.receipt),
  ],
);
