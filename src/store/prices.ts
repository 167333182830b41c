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

/** A part of a provider's lists that was read, as plain data. */
export interface StoredPart {
  readonly name: string;
  readonly prices: readonly unknown[];
}

export interface StoredRates {
  readonly project: string;
  readonly rates: AccountRates;
  readonly version: number;
  readonly updatedAt: number;
  /** When the next of them that counts ends. */
  readonly endsAt?: number | undefined;
}

/** What of a project's own rates counts from some time on. */
export interface StatedInForce {
  /** The stated ones, as a book of their own; absent where none counts. */
  readonly book?: StoredBook | undefined;
  /** When the next of them ends, or the next discount or commitment. */
  readonly until?: number | undefined;
  /** The price book beside them, for an installation that has put none in force yet. */
  readonly base: string;
}

/** The part of the store that keeps prices. */
export interface PriceStore {
  /** A book by its hash; undefined when it was never stored. */
  priceBook(hash: string): Promise<StoredBook | undefined>;
  /** Undefined until the first `putCatalog`. */
  catalogState(): Promise<CatalogState | undefined>;
  /** Writes the state over version `state.version` (0: only the first), and the book that it newly names. False when another was first. */
  putCatalog(state: CatalogState, book: StoredBook | undefined, now: number): Promise<boolean>;

  /** Parts of a refresh that were read at `since` or later. */
  priceParts(since: number): Promise<readonly StoredPart[]>;
  /** Keeps what was read, each under its name. */
  keepPriceParts(parts: readonly StoredPart[], now: number): Promise<void>;
  /** The refresh is over, or given up. */
  dropPriceParts(): Promise<void>;

  accountRates(project: string): Promise<StoredRates | undefined>;
  /**
   * `ifVersion`: undefined writes always, 0 only when absent, n only over version n. Undefined on a mismatch. Where others count than
   * before, the meter is told at every standing unit of the project.
   */
  putAccountRates(
    project: string,
    rates: AccountRates,
    stated: StatedInForce,
    now: number,
    ifVersion?: number,
  ): Promise<StoredRates | undefined>;
  /** Projects with rates of their own that have ended by `now` and still count, the longest ended first. */
  ratesEnded(now: number, limit: number): Promise<readonly StoredRates[]>;
  /** What still counts from `at` on, for rates of which some have ended; false where they were changed or ended meanwhile. */
  endRates(of: StoredRates, stated: StatedInForce, at: number): Promise<boolean>;
}
