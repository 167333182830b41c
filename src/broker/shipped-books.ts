import { builtInBook } from "../catalog/book.ts";
import type { PriceBooks } from "./ports.ts";

/** Only the book that ships with Berth: what is known before anything was refreshed. */
export function shippedBooks(): PriceBooks {
  return {
    current: builtInBook,
    byHash: async (hash) => {
      const book = builtInBook();
      return "hash" in book && book.hash === hash ? book : undefined;
    },
  };
}
