import { type PriceBook } from "../catalog/book.ts";
import { builtInBook } from "../catalog/shipped-book.ts";
import { bookFrom, itemsOf } from "../catalog/book-items.ts";
import { newerBook } from "../catalog/refresh/newer-book.ts";
import type { CatalogState, PriceStore, StoredBook } from "../store/store.ts";
import type { Log, PriceBooks, ReadLive } from "./ports.ts";

export interface KeptBooksPorts {
  readonly store: PriceStore;
  readonly now: () => number;
  readonly log: Log;
  readonly live: ReadLive;
  /** The book of this release. */
  readonly shipped?: PriceBook;
}

/** Books kept by their hash in the store, one of them in force for the whole installation. Until `catchUp` it is the shipped one. */
export function keptBooks(ports: KeptBooksPorts): PriceBooks {
  const { store, now, log, live, shipped = builtInBook() } = ports;
  const opened = new Map<string, PriceBook>();
  let current = shipped;
  let state: CatalogState | undefined;
  let lookedAt: number | undefined;

  return {
    current: () => current,
    byHash,
    reports: () => state?.reports ?? [],
    live,
    async catchUp(olderThanMs = 0) {
      if (lookedAt !== undefined && now() - lookedAt < olderThanMs) return;
      state = await settled();
      lookedAt = now();
      if (state.book === current.hash) return;
      const book = await byHash(state.book);
      if (book !== undefined) current = book;
      else
        log("error", `the price book ${state.book} is in force but not there: ${current.hash} stays in use`);
    },
  };

  /** The state in the store, made at the first start and made anew when this release's book is the newer one. */
  async function settled(): Promise<CatalogState> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const stored = await store.catalogState();
      if (stored !== undefined && !isNewer(shipped, stored.base)) return stored;
      const book =
        stored === undefined ? shipped : newerBook(shipped, (await byHash(stored.book)) ?? shipped);
      await store.putCatalog(
        {
          ...(stored ?? { version: 0, reports: [], createdAt: now() }),
          book: book.hash,
          base: { hash: shipped.hash, collected: shipped.collected },
        },
        storedBook(book),
        now(),
      );
    }
    throw new Error("the catalog changes faster than it can be read");
  }

  async function byHash(hash: string): Promise<PriceBook | undefined> {
    const there = [current, shipped].find((book) => book.hash === hash) ?? opened.get(hash);
    if (there !== undefined) return there;
    const book = await open(hash);
    if (book === undefined) return undefined;
    const oldest = opened.keys().next();
    if (opened.size >= MOST_OPEN && oldest.done === false) opened.delete(oldest.value);
    opened.set(hash, book);
    return book;
  }

  async function open(hash: string): Promise<PriceBook | undefined> {
    const stored = await store.priceBook(hash);
    if (stored === undefined) return undefined;
    try {
      return bookFrom(stored);
    } catch (error) {
      log("error", error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }
}

/** A book as the store takes it. */
export function storedBook(book: PriceBook): StoredBook {
  return { hash: book.hash, collected: book.collected, items: itemsOf(book) };
}

/** Each try is lost only to another process that succeeded. */
const MOST_TRIES = 5;
/** Books of receipts that are replayed; the current one is kept besides. */
const MOST_OPEN = 8;

// One order for all releases: while two of them run side by side, the older leaves alone what the newer has put in force.
function isNewer(shipped: PriceBook, base: CatalogState["base"]): boolean {
  if (shipped.hash === base.hash) return false;
  if (shipped.collected !== base.collected) return shipped.collected > base.collected;
  return shipped.hash > base.hash;
}
