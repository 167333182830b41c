import type { AccountRates } from "../domain/account-rates.ts";
import type { RefreshReport } from "../domain/refresh-report.ts";

/** A price book as plain data: its cards and regions in order. */
export interface StoredBook {
  /** Hash of the content: equal books are stored once. */
  readonly hash: string;
  /** ISO day. */
  readonly collected: string;
  readonly items: readonly unknown[];
}

/** Which book is in force, and how it came to be. */
export interface CatalogState {
  readonly version: number;
  /** Hash of the book in force. */
  readonly book: string;
  /** The shipped book it was made over. */
  readonly base: { readonly hash: string; readonly collected: string };
  /** The last report of each provider that was ever read. */
  readonly reports: readonly RefreshReport[];
  readonly createdAt: number;
  /** When a refresh last began. */
  readonly attemptedAt?: number | undefined;
}

export interface StoredRates {
  readonly project: string;
  readonly rates: AccountRates;
  readonly version: number;
  readonly updatedAt: number;
}

/** The part of the store that keeps prices. */
export interface PriceStore {
  /** A book by its hash; undefined when it was never stored. */
  priceBook(hash: string): Promise<StoredBook | undefined>;
  /** Undefined until the first `putCatalog`. */
  catalogState(): Promise<CatalogState | undefined>;
  /** Writes the state over version `state.version` (0: only the first), and the book that it newly names. False when another was first. */
  putCatalog(state: CatalogState, book: StoredBook | undefined, now: number): Promise<boolean>;

  accountRates(project: string): Promise<StoredRates | undefined>;
  /** `ifVersion`: undefined writes always, 0 only when absent, n only over version n. Undefined on a mismatch. */
  putAccountRates(
    project: string,
    rates: AccountRates,
    now: number,
    ifVersion?: number,
  ): Promise<StoredRates | undefined>;
}
