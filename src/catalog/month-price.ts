import type { Offer, Price } from "../domain/offer.ts";
import type { PriceBook } from "./book.ts";
import { CONFIDENCES } from "./confidence.ts";
import type { Meter } from "./meters.ts";
import { quote } from "./quote.ts";
import type { Month } from "./variant.ts";

/** The three prices of a month, or the meters that count and whose rate nobody knows: unknown is never a low price. */
export type MonthPrice =
  | { readonly price: Price; readonly boundLines: Offer["boundLines"]; readonly unknown?: undefined }
  | { readonly price?: undefined; readonly boundLines?: undefined; readonly unknown: readonly Meter[] };

/** Prices a month from the book. */
export function monthPrice(month: Month, book: PriceBook): MonthPrice {
  const ceiling = quote(month.ceiling, book);
  const expected = quote(month.expected, book);
  const floor = quote(month.floor, book);
  const all = [ceiling, expected, floor];
  const unknown = [...new Set(all.flatMap((one) => one.unknown))];
  if (unknown.length > 0) return { unknown };
  const lines = all.flatMap((one) => one.lines);
  const days = lines.map(({ asOf }) => asOf).sort();
  const confidence = CONFIDENCES.findLast((level) => lines.some((line) => line.confidence === level));
  return {
    boundLines: { floor: floor.lines, ceiling: ceiling.lines },
    price: {
      floorUsd: floor.totalUsd,
      expectedUsd: expected.totalUsd,
      ceilingUsd: ceiling.totalUsd,
      lines: expected.lines,
      notPriced: [...(month.omits ?? []), ...expected.notPriced],
      assumes: [...month.assumes, ...(confidence === "low" ? [UNSURE] : [])],
      ...(confidence === undefined ? {} : { confidence }),
      asOf: { from: days[0] ?? book.collected, to: days.at(-1) ?? book.collected },
    },
  };
}

const UNSURE =
  "confidence: a rate of low confidence counts here, old or of a third party; its line says which";
