import { asc, eq, sql, type SQL } from "drizzle-orm";
import { catalog, priceBooks } from "../../db/schema.ts";
import type { Database } from "./database.ts";
import { all } from "./keys.ts";
import { accountRatesRows } from "./account-rates.ts";
import { bookRows } from "./book-rows.ts";
import { pricePartRows } from "./price-parts.ts";
import type { CatalogState, PriceStore, StoredBook } from "./prices.ts";
import { noteRates } from "./meter-facts.ts";
import { fitting } from "./row-size.ts";

/** Price books, which of them is in force, and what projects pay instead of list prices. */
export function priceStore(db: Database): PriceStore {
  return {
    priceBook: (hash) => bookOf(db, hash),
    async catalogState() {
      return (await db.select().from(catalog)).map(stateOf)[0];
    },
    async putCatalog(state, book, now) {
      const write = state.version === 0 ? insertState(db, state) : updateState(db, state);
      const rows = book === undefined ? [] : bookRows(book, now);
      // One batch, so that no reader is sent to a book that is not there; the book of one who lost hurts nobody.
      const results = await db.batch([
        write,
        ...(book === undefined ? [] : [noteRates(db, book.hash, now, isInForce(state))]),
        ...rows.map((row) => db.insert(priceBooks).values(row).onConflictDoNothing()),
      ]);
      return results[0].length === 1;
    },
    ...pricePartRows(db),
    ...accountRatesRows(db),
  };
}

async function bookOf(db: Database, hash: string): Promise<StoredBook | undefined> {
  const rows = await db
    .select()
    .from(priceBooks)
    .where(eq(priceBooks.hash, hash))
    .orderBy(asc(priceBooks.part));
  const [first] = rows;
  if (first === undefined || rows.length < first.parts) return undefined;
  return { hash, collected: first.collected, items: rows.flatMap(({ items }) => listIn(items)) };
}

function listIn(text: string): readonly unknown[] {
  const list: unknown = JSON.parse(text);
  return Array.isArray(list) ? list : [];
}

// Only who has just put it in force tells the meter: then this is the version after the one that was read.
function isInForce({ book, version }: CatalogState): SQL {
  return sql`exists (select 1 from ${catalog} where ${all(eq(catalog.book, book), eq(catalog.version, version + 1))})`;
}

function insertState(db: Database, state: CatalogState) {
  const made = { only: 1, ...columnsOf(state), version: 1, createdAt: state.createdAt };
  return db.insert(catalog).values(made).onConflictDoNothing().returning({ version: catalog.version });
}

function updateState(db: Database, state: CatalogState) {
  return db
    .update(catalog)
    .set({ ...columnsOf(state), version: state.version + 1 })
    .where(eq(catalog.version, state.version))
    .returning({ version: catalog.version });
}

function columnsOf({ book, base, reports, attemptedAt }: CatalogState) {
  return {
    book,
    baseHash: base.hash,
    baseCollected: base.collected,
    reports: fitting("The reports of a price refresh", reports),
    attemptedAt: attemptedAt ?? null,
  };
}

function stateOf(row: typeof catalog.$inferSelect): CatalogState {
  const { version, book, baseHash, baseCollected, reports, createdAt, attemptedAt } = row;
  const base = { hash: baseHash, collected: baseCollected };
  return { version, book, base, reports, createdAt, attemptedAt: attemptedAt ?? undefined };
}
