import type { Price } from "../domain/offer.ts";
import type { PriceBook } from "./book.ts";
import { quote } from "./quote.ts";
import type { Month } from "./variant.ts";

/** The three prices of a month, or `undefined` when a rate that counts is not known: unknown is never a low price. */
export function monthPrice(month: Month, book: PriceBook): Price | undefined {
  const ceiling = quote(month.ceiling, book);
  const expected = quote(month.expected, book);
  const floor = month.floor === month.expected ? expected : quote(month.floor, book);
  if ([ceiling, expected, floor].some(({ unknown }) => unknown.length > 0)) return undefined;
  const days = [...ceiling.lines, ...expected.lines, ...floor.lines].map(({ asOf }) => asOf).sort();
  return {
    floorUsd: floor.totalUsd,
    expectedUsd: expected.totalUsd,
    ceilingUsd: ceiling.totalUsd,
    lines: expected.lines,
    notPriced: [...month.assumes, ...expected.notPriced],
    asOf: { from: days[0] ?? book.collected, to: days.at(-1) ?? book.collected },
  };
}
