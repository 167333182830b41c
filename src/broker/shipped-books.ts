import { builtInBook } from "../catalog/shipped-book.ts";
import type { PriceBooks } from "./ports.ts";

/** Only the book that ships with Berth: nothing is kept and nothing is read. For simulations and trials without a way out. */
export function shippedBooks(): PriceBooks {
  return {
    current: builtInBook,
    byHash: async (hash) => (builtInBook().hash === hash ? builtInBook() : undefined),
    reports: () => [],
    catchUp: async () => {},
    live: async () => ({ ok: false, why: "no prices are read from here" }),
  };
}
