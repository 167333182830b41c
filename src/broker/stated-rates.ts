import type { PriceBook } from "../catalog/book.ts";
import { BigDecimal } from "../catalog/decimal.ts";
import { placeProblems } from "../catalog/firm-quote.ts";
import type { Meter } from "../catalog/meters.ts";
import { isCompute } from "../catalog/product-of.ts";
import { statedBook, statedProduct, statedUnits } from "../catalog/stated-rates.ts";
import type { AccountRates, StatedRate } from "../domain/account-rates.ts";
import type { Problem } from "../domain/fault.ts";
import type { StatedInForce } from "../store/store.ts";
import { storedBook } from "./kept-books.ts";

/** A list price as an operator sends it; per the meter's own unit where no unit is said. */
export interface SentRate extends Omit<StatedRate, "at" | "by" | "unit"> {
  readonly meter: Meter;
  readonly unit?: string | undefined;
}

/** What is wrong with stated rates beyond their fields' own rules: places and things that are not sold, units, and one price stated twice. */
export function statedProblems(sent: readonly SentRate[], book: PriceBook): readonly Problem[] {
  const seen = new Map<string, number>();
  return sent.flatMap((rate, index) => {
    const found = [...placeProblems(asQuote(rate), book), ...unitProblems(rate), ...productProblems(rate)];
    const first = seen.get(keyOf(rate));
    seen.set(keyOf(rate), first ?? index);
    if (first !== undefined)
      found.push({ pointer: "", message: `the same price as /stated/${first}: keep one of the two` });
    return found.map(({ pointer, message }) => ({ pointer: `/stated/${index}${pointer}`, message }));
  });
}

/** Rates as they are kept: a figure that stood so before keeps the day on which it was stated, and by whom. */
export function statedSince(
  sent: readonly SentRate[],
  before: readonly StatedRate[],
  now: { readonly at: number; readonly by: string },
): readonly StatedRate[] {
  const known = new Map(before.map((rate) => [figureOf(rate), rate]));
  return sent.map((rate) => {
    const [own] = statedUnits(rate.meter);
    const kept = { ...rate, usd: new BigDecimal(rate.usd).toFixed(), unit: rate.unit ?? own };
    const { at, by } = known.get(figureOf(kept)) ?? now;
    return { ...kept, at, by };
  });
}

/** Which of an account's rates count from `at` on, as the store keeps them; `base` is the price book beside them. */
export function ratesInForce(rates: AccountRates, at: number, base: string): StatedInForce {
  const { discounts, commitments, stated = [] } = rates;
  const book = statedBook(stated, at);
  const ends = [...stated, ...discounts, ...commitments].flatMap(({ until }) =>
    until !== undefined && until > at ? [until] : [],
  );
  return {
    base,
    ...(book === undefined ? {} : { book: storedBook(book) }),
    ...(ends.length === 0 ? {} : { until: Math.min(...ends) }),
  };
}

const asQuote = ({ provider, region, arch, os, spot, billing }: SentRate) => ({
  provider,
  region,
  resources: { milliCpu: 0, memoryMiB: 0 },
  arch,
  os,
  spot,
  billing,
});

function unitProblems({ meter, unit }: SentRate): readonly Problem[] {
  const units = statedUnits(meter);
  if (unit === undefined || units.includes(unit)) return [];
  return [{ pointer: "/unit", message: `${meter} is priced per ${units.join(" or ")}: write one of them` }];
}

function productProblems(rate: SentRate): readonly Problem[] {
  const { meter, gpu, os } = rate;
  if (!isCompute(meter))
    return (["arch", "os", "spot", "billing", "gpu"] as const)
      .filter((field) => rate[field] !== undefined)
      .map((field) => ({
        pointer: `/${field}`,
        message: `${meter} costs the same whatever ${field} is: remove it`,
      }));
  if (meter === "gpu-second" && gpu === undefined)
    return [{ pointer: "/gpu", message: "gpu-second is a price of one type: name it, as a spec does" }];
  if (meter !== "gpu-second" && gpu !== undefined)
    return [{ pointer: "/gpu", message: `${meter} has no type of GPU: remove gpu, or price gpu-second` }];
  if (meter === "os-cpu-second" && os !== "windows")
    return [{ pointer: "/os", message: "os-cpu-second is the licence of Windows: write os: windows" }];
  return [];
}

const keyOf = (rate: SentRate | StatedRate): string =>
  [rate.provider, rate.region, statedProduct(rate), rate.meter].join("|");
const figureOf = (rate: StatedRate | (SentRate & { readonly unit: string })): string =>
  [keyOf(rate), rate.unit, rate.usd].join("|");
