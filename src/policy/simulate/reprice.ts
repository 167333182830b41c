import { applyAccountRates, type RatesNow } from "../../catalog/account-rates.ts";
import type { PriceBook } from "../../catalog/book.ts";
import { cloudOffers } from "../../catalog/cloud-offers.ts";
import { canonicalJson } from "../../domain/canonical-json.ts";
import type { Needs } from "../../domain/needs.ts";
import type { Offer, Price } from "../../domain/offer.ts";
import { type Cloud, CLOUDS, type Provider } from "../../domain/place.ts";
import { scale } from "./changed-book.ts";
import type { PriceChanges } from "./price-changes.ts";

/** What prices offers: the book they were made from, and the same book changed. */
export interface Repricing {
  readonly book: PriceBook;
  readonly changed: PriceBook;
  readonly changes: PriceChanges;
  /** What the account pays instead of list prices, where it does. */
  readonly rates?: RatesNow | undefined;
}

/** Offers with their new prices, and those whose price could not be made anew and so stayed. */
export interface Repriced {
  readonly offers: readonly Offer[];
  readonly kept: readonly Offer[];
}

/**
 * The same offers at the changed prices. A cloud's offer is quoted anew for the same needs, and only where quoting from the
 * unchanged book gives the price it has: one with a price of another making keeps it, and is told apart. Own hosts have no
 * price book, so theirs follow the percent.
 */
export function reprice(offers: readonly Offer[], needs: Needs, repricing: Repricing): Repriced {
  const { book, changed, rates } = repricing;
  const quotes = [false, true].map((isPrivate) => ({
    before: quotesFrom(book, needs, rates, isPrivate),
    after: quotesFrom(changed, needs, rates, isPrivate),
  }));
  const kept: Offer[] = [];
  const priced = offers.map((offer) => {
    if (!isChanged(offer.place.provider, repricing.changes)) return offer;
    const price = offer.place.provider === "agents" ? scaled(offer, repricing) : quoted(offer, quotes);
    if (price !== "unlike") return { ...offer, price };
    kept.push(offer);
    return offer;
  });
  return { offers: priced, kept };
}

type Quotes = (offer: Offer) => Offer | undefined;

// One region is quoted once for all its offers.
function quotesFrom(book: PriceBook, needs: Needs, rates: RatesNow | undefined, isPrivate: boolean): Quotes {
  const made = new Map<string, readonly Offer[]>();
  const paid = (offer: Offer): Offer => (rates === undefined ? offer : applyAccountRates(offer, rates));
  return ({ id, place }) => {
    const { provider, region } = place;
    if (!isCloud(provider)) return undefined;
    const key = `${provider}/${region}`;
    const quotes = made.get(key) ?? cloudOffers(provider, region, needs, book, () => isPrivate).map(paid);
    made.set(key, quotes);
    // A target puts its name before the id that the catalog gives.
    return quotes.find((quote) => id === quote.id || id.endsWith(`/${quote.id}`));
  };
}

// With a public address or without one: an offer does not say which of them its price has, but the price does.
function quoted(
  offer: Offer,
  quotes: readonly { readonly before: Quotes; readonly after: Quotes }[],
): Offer["price"] | "unlike" {
  for (const { before, after } of quotes) {
    const [was, is] = [before(offer), after(offer)];
    if (was !== undefined && is !== undefined && same(was.price, offer.price)) return is.price;
  }
  return "unlike";
}

function scaled(offer: Offer, { changes }: Repricing): Price | undefined {
  const percent = changes.percent?.[offer.place.provider];
  const { price } = offer;
  if (percent === undefined || price === undefined) return price;
  return {
    ...price,
    floorUsd: scale(price.floorUsd, percent),
    expectedUsd: scale(price.expectedUsd, percent),
    ceilingUsd: scale(price.ceilingUsd, percent),
    lines: price.lines.map((line) => ({
      ...line,
      rateUsd: scale(line.rateUsd, percent),
      usd: scale(line.usd, percent),
    })),
  };
}

function isChanged(provider: Provider, { percent = {}, rates = [] }: PriceChanges): boolean {
  return percent[provider] !== undefined || rates.some((rate) => rate.provider === provider);
}

const isCloud = (provider: Provider): provider is Cloud => CLOUDS.some((cloud) => cloud === provider);
const same = (a: Price | undefined, b: Price | undefined): boolean =>
  canonicalJson({ a }) === canonicalJson({ a: b });
