import { type PriceBook, type Rate, tiersOf } from "../catalog/book.ts";
import { METERS } from "../catalog/meters.ts";
import { charged } from "../catalog/tiers.ts";
import type { LedgerPlace, TermLine } from "../domain/ledger.ts";
import { PROVIDERS } from "../domain/place.ts";

/** What prices lines anew: the rates an account states, before the book in force; one that is not kept any more says nothing. */
export interface Prices {
  readonly stated: PriceBook | undefined;
  readonly book: PriceBook | undefined;
}

/** The lines of a unit at other prices. What neither knows, and what was of no price book, stays as it is. */
export function repriced(
  prices: Prices,
  lines: readonly TermLine[],
  place: LedgerPlace | undefined,
): readonly TermLine[] {
  const seen = new Map<string, number>();
  return lines.map((line) => {
    const key = line.rateId?.split("@")[0];
    if (key === undefined) return line;
    // Lines of one price are its tiers, in rising order.
    const tier = seen.get(key) ?? 0;
    seen.set(key, tier + 1);
    const rate = rateNow(prices, key, place, tier);
    return rate === undefined || isAt(line, rate) ? line : at(line, rate);
  });
}

// A price that has fewer steps than before is the last of them for what lies above.
function rateNow(
  { stated, book }: Prices,
  key: string,
  place: LedgerPlace | undefined,
  tier: number,
): Rate | undefined {
  // What an account states is for one region, also where the book has one price for all of them.
  const own = stated === undefined ? [] : tiersNamed(stated, key, place?.region);
  if (own.length > 0) return own[tier] ?? own.at(-1);
  const steps = book === undefined ? [] : charged(tiersNamed(book, key));
  return steps[tier];
}

// The same figure on another day is the same price; said by another, it is not.
function isAt({ listUsd, measure, rateId = "" }: TermLine, rate: Rate): boolean {
  const same = listUsd === rate.usd && measure === rate.unit;
  return same && isStated(rateId) === isStated(rate.id);
}

const isStated = (rateId: string): boolean => rateId.endsWith(":stated");

const at = (line: TermLine, rate: Rate): TermLine => ({
  ...line,
  measure: rate.unit,
  listUsd: rate.usd,
  effectiveUsd: rate.usd,
  rateId: rate.id,
});

/** The prices that the front of a rate's id names: `<provider>/<region>/<product>/<meter>`. */
function tiersNamed(book: PriceBook, key: string, elsewhere?: string): readonly Rate[] {
  const [first, named = "", product = "", last] = key.split("/");
  const provider = PROVIDERS.find((name) => name === first);
  const meter = METERS.find((name) => name === last);
  return provider === undefined || meter === undefined
    ? []
    : tiersOf(book, { provider, region: elsewhere ?? named, product, meter });
}
