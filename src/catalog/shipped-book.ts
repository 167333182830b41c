import { makeBook, type PriceBook } from "./book.ts";
import { COLLECTED, shippedCards, shippedRegions } from "./shipped-cards.ts";

/** The book that ships with Berth (`data/README.md` names its sources). */
export function builtInBook(): PriceBook {
  shipped ??= makeBook(COLLECTED, shippedCards(), shippedRegions());
  return shipped;
}

let shipped: PriceBook | undefined;
