import { type PriceBook, type Rate, tiersOf } from "../catalog/book.ts";
import { METERS } from "../catalog/meters.ts";
import type { TermLine } from "../domain/ledger.ts";
import { PROVIDERS } from "../domain/place.ts";

/** The lines of a unit at a book's rates. What the book does not know, and what was not of a book, stays as it is. */
export function repriced(book: PriceBook, lines: readonly TermLine[]): readonly TermLine[] {
  const seen = new Map<string, number>();
  return lines.map((line) => {
    const key = line.rateId?.split("@")[0];
    if (key === undefined) return line;
    // Lines of one price are its tiers, in rising order; what is taken off comes after what it is taken off.
    const side = `${line.perSecond.startsWith("-") ? "-" : "+"}${key}`;
    const tier = seen.get(side) ?? 0;
    seen.set(side, tier + 1);
    const rate = tiersNamed(book, key)[tier];
    return rate === undefined || rate.usd === line.effectiveUsd ? line : at(line, rate);
  });
}

function at(line: TermLine, rate: Rate): TermLine {
  const listUsd = line.listUsd === "0" ? "0" : rate.usd;
  return { ...line, measure: rate.unit, listUsd, effectiveUsd: rate.usd, rateId: rate.id };
}

/** The prices that the front of a rate's id names: `<provider>/<region>/<product>/<meter>`. */
function tiersNamed(book: PriceBook, key: string): readonly Rate[] {
  const [first, region = "", product = "", last] = key.split("/");
  const provider = PROVIDERS.find((name) => name === first);
  const meter = METERS.find((name) => name === last);
  return provider === undefined || meter === undefined
    ? []
    : tiersOf(book, { provider, region, product, meter });
}
