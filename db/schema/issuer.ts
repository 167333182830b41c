import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { IssuerKey } from "../../src/store/issuer-keys.ts";

/** Keys that sign Berth's own tokens, numbered from 1: of two processes that make the next one, the second finds its number taken. */
export const issuerKeys = sqliteTable("issuer_keys", {
  number: integer("number").primaryKey(),
  id: text("id").notNull(),
  publicKey: text("public_key", { mode: "json" }).$type<IssuerKey["publicKey"]>().notNull(),
  /** The private part, sealed. */
  sealed: text("sealed").notNull(),
  createdAt: integer("created_at").notNull(),
  /** From when on it signs, until the next one does. */
  signsFrom: integer("signs_from").notNull(),
});
