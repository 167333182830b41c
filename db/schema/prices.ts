import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { AccountRates } from "../../src/domain/account-rates.ts";
import type { RefreshReport } from "../../src/domain/refresh-report.ts";

/** Price books by the hash of their content, each in as many rows as it needs. */
export const priceBooks = sqliteTable(
  "price_books",
  {
    hash: text("hash").notNull(),
    part: integer("part").notNull(),
    parts: integer("parts").notNull(),
    collected: text("collected").notNull(),
    /** A JSON list: this part of the book's cards and regions. */
    items: text("items").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (row) => [primaryKey({ columns: [row.hash, row.part] })],
);

/** One row: the book in force, and what the last reading of each provider came to. */
export const catalog = sqliteTable(
  "catalog",
  {
    only: integer("only").primaryKey(),
    version: integer("version").notNull(),
    /** Hash of the book in force. */
    book: text("book").notNull(),
    /** The shipped book that it was made over, so that a newer release's figures come in. */
    baseHash: text("base_hash").notNull(),
    baseCollected: text("base_collected").notNull(),
    reports: text("reports", { mode: "json" }).$type<readonly RefreshReport[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    /** When a refresh last began. */
    attemptedAt: integer("attempted_at"),
  },
  (row) => [check("catalog_one_row", sql`${row.only} = 1`)],
);

/** What was read so far of a refresh that goes on in portions: a list, or a region of one, in a row. */
export const priceParts = sqliteTable("price_parts", {
  name: text("name").primaryKey(),
  /** A JSON list of prices. */
  prices: text("prices").notNull(),
  readAt: integer("read_at").notNull(),
});

/** What a project pays its providers instead of list prices. */
export const accountRates = sqliteTable(
  "account_rates",
  {
    project: text("project").primaryKey(),
    body: text("body", { mode: "json" }).$type<AccountRates>().notNull(),
    version: integer("version").notNull(),
    updatedAt: integer("updated_at").notNull(),
    /** Hash of the book of the stated rates that count; null while none does. */
    statedBook: text("stated_book"),
    /** When the next of all of them ends, discounts and commitments too. */
    statedUntil: integer("stated_until"),
  },
  (row) => [
    index("account_rates_ending")
      .on(row.statedUntil)
      .where(sql`stated_until is not null`),
  ],
);
