import { sum } from "../domain/money.ts";
import type { Offer, Price, PriceLine } from "../domain/offer.ts";
import type { PriceBook } from "./book.ts";
import { CONFIDENCES } from "./confidence.ts";
import type { Meter } from "./meters.ts";
import { quote } from "./quote.ts";
import type { Month } from "./variant.ts";

/** The three prices of a month, or the meters that count and whose rate nobody knows: unknown is never a low price. */
export type MonthPrice =
  | (PricedMonth & { readonly unknown?: undefined })
  | { readonly price?: undefined; readonly boundLines?: undefined; readonly unknown: readonly Meter[] };

/** A price, and the lines of its bounds. */
export interface PricedMonth {
  readonly price: Price;
  readonly boundLines: NonNullable<Offer["boundLines"]>;
}

/** The lines of the three prices of a month. */
export interface MonthLines {
  readonly floor: readonly PriceLine[];
  readonly expected: readonly PriceLine[];
  readonly ceiling: readonly PriceLine[];
}

/** Prices a month from the book. */
export function monthPrice(month: Month, book: PriceBook): MonthPrice {
  const ceiling = quote(month.ceiling, book);
  const expected = quote(month.expected, book);
  const floor = quote(month.floor, book);
  const unknown = [...new Set([ceiling, expected, floor].flatMap((one) => one.unknown))];
  if (unknown.length > 0) return { unknown };
  return pricedMonth(
    { floor: floor.lines, expected: expected.lines, ceiling: ceiling.lines },
    { assumes: month.assumes, notPriced: [...(month.omits ?? []), ...expected.notPriced] },
    book,
  );
}

/** The price that these lines add up to, with what it takes for granted and leaves out, each a sentence. */
export function pricedMonth(
  { floor, expected, ceiling }: MonthLines,
  said: { readonly assumes: readonly string[]; readonly notPriced: readonly string[] },
  book: PriceBook,
): PricedMonth {
  const lines = [...ceiling, ...expected, ...floor];
  const days = lines.map(({ asOf }) => asOf).sort();
  const confidence = CONFIDENCES.findLast((level) => lines.some((line) => line.confidence === level));
  const assumes = [...said.assumes, ...(confidence === "low" ? [UNSURE] : [])];
  const totalOf = (part: readonly PriceLine[]) => sum(part.map(({ usd }) => usd));
  return {
    boundLines: { floor, ceiling },
    price: {
      floorUsd: totalOf(floor),
      expectedUsd: totalOf(expected),
      ceilingUsd: totalOf(ceiling),
      lines: expected,
      notPriced: said.notPriced,
      assumes: [...new Set(assumes)],
      ...(confidence === undefined ? {} : { confidence }),
      asOf: { from: days[0] ?? book.collected, to: days.at(-1) ?? book.collected },
    },
  };
}

const UNSURE =
  "confidence: a rate of low confidence counts here, old or of a third party; its line says which";
