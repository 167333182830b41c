import { Big } from "big.js";
import { makeBook, type PriceBook, type PriceCard } from "../../catalog/book.ts";
import type { Problem } from "../../domain/fault.ts";
import type { PriceChanges, RateChange } from "./price-changes.ts";

/** The same book with other prices; regions and days stay, and every changed price says that it is a what-if. */
export function changedBook(book: PriceBook, { percent = {}, rates = [] }: PriceChanges): PriceBook {
  const scaled = book.cards.map((card) => {
    const by = percent[card.provider];
    return by === undefined ? card : withEach(card, (usd) => scale(usd, by));
  });
  return makeBook(
    book.collected,
    rates.reduce<readonly PriceCard[]>(
      (cards, change) => cards.flatMap((card) => withRate(card, change)),
      scaled,
    ),
    book.regions,
  );
}

/** Price changes that no price of the book answers to, as JSON pointers below `at`. */
export function unknownRates(book: PriceBook, { rates = [] }: PriceChanges, at: string): readonly Problem[] {
  return rates.flatMap((change, index) =>
    book.cards.some((card) => pricesOf(card, change).length > 0)
      ? []
      : [
          {
            pointer: `${at}/rates/${index}`,
            message: `there is no such price; those there are: GET /v1/catalog/prices`,
          },
        ],
  );
}

/** a x (100 + percent) / 100, exactly: a hundredth of a decimal is a decimal. */
export function scale(usd: string, percent: string): string {
  return new Big(usd).times(new Big(100).plus(percent)).times("0.01").toFixed();
}

const WHAT_IF = "what if";

// A price of one region leaves the others of its card as they are, so the card comes apart.
function withRate(card: PriceCard, change: RateChange): readonly PriceCard[] {
  const regions = pricesOf(card, change);
  if (regions.length === 0) return [card];
  const changed = Object.fromEntries(regions.map((region) => [region, change.usd]));
  const kept = Object.fromEntries(Object.entries(card.usd).filter(([region]) => !regions.includes(region)));
  const apart = { ...card, source: WHAT_IF, usd: changed };
  return Object.keys(kept).length === 0 ? [apart] : [{ ...card, usd: kept }, apart];
}

// Regions of a card that a change speaks of. One that goes by the price for all regions gets a price of its own.
function pricesOf(card: PriceCard, { provider, region, product, meter }: RateChange): readonly string[] {
  const speaks =
    card.provider === provider && card.meter === meter && (product === undefined || card.product === product);
  if (!speaks) return [];
  if (region === undefined) return Object.keys(card.usd);
  return card.usd[region] === undefined && card.usd["global"] === undefined ? [] : [region];
}

function withEach(card: PriceCard, change: (usd: string) => string): PriceCard {
  const usd = Object.entries(card.usd).map(([region, value]) => [region, value && change(value)]);
  return { ...card, source: `${card.source} (${WHAT_IF})`, usd: Object.fromEntries(usd) };
}
