import { type Cloud, CLOUDS, type Provider } from "../domain/place.ts";
import prices from "./data/prices.json" with { type: "json" };
import regions from "./data/regions.json" with { type: "json" };

/** What is counted and charged. The names are those of `rates` in `POST /v1/quotes`. */
export const METERS = [
  "cpu-second",
  "memory-gib-second",
  "ephemeral-gib-second",
  "request",
  "idle-cpu-second",
  "idle-memory-gib-second",
  "egress-gib",
  "ipv4-hour",
  "lb-hour",
  "lcu-hour",
  "nat-hour",
  "nat-gib",
  "log-gib",
] as const;
export type Meter = (typeof METERS)[number];

/** One price: USD per `unit` as a decimal string, with the day it was true and where it can be checked. */
export interface Rate {
  readonly usd: string;
  readonly unit: string;
  readonly asOf: string;
  readonly source: string;
  readonly confidence: (typeof CONFIDENCES)[number];
}

/** One region of one cloud. `available` is "unknown" where no published list names the service there. */
export interface Region {
  readonly provider: Cloud;
  readonly id: string;
  readonly name: string;
  readonly city?: string | undefined;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** The ISO country, and `EU` or `EEA` where they apply. */
  readonly jurisdictions: readonly string[];
  readonly latitude: number;
  readonly longitude: number;
  /** Yearly average of the grid; absent where nobody publishes it. */
  readonly gridGramsPerKwh?: number | undefined;
  readonly available: "yes" | "unknown";
  readonly spot: boolean;
}

/** Dated prices and regions, as plain data. */
export interface PriceBook {
  /** ISO day the book was last compared with its sources. */
  readonly collected: string;
  readonly rates: ReadonlyMap<string, Rate>;
  readonly regions: readonly Region[];
}

/** One group of prices as it is stored: the same meter, date and source over many regions. */
export interface PriceCard {
  readonly provider: Cloud;
  readonly product: string;
  readonly meter: Meter;
  readonly unit: string;
  readonly asOf: string;
  readonly confidence: Rate["confidence"];
  readonly source: string;
  /** Region -> USD; `global` counts in every region that has no figure of its own. */
  readonly usd: Readonly<Record<string, string | undefined>>;
}

/** The book that ships with Berth (`data/README.md` names its sources). */
export function builtInBook(): PriceBook {
  shipped ??= makeBook(prices.collected, shippedCards(), shippedRegions());
  return shipped;
}

/** A book from cards and regions; a later card for the same key wins. */
export function makeBook(
  collected: string,
  cards: readonly PriceCard[],
  regions: readonly Region[],
): PriceBook {
  const rates = new Map<string, Rate>();
  for (const { provider, product, meter, unit, asOf, confidence, source, usd } of cards)
    for (const [region, value] of Object.entries(usd))
      if (value !== undefined)
        rates.set(rateKey(provider, product, region, meter), { usd: value, unit, asOf, source, confidence });
  return { collected, rates, regions };
}

/** The price of a meter in a region, or `undefined` when it is not known. */
export function rateOf(
  book: PriceBook,
  key: {
    readonly provider: Provider;
    readonly product: string;
    readonly region: string;
    readonly meter: Meter;
  },
): Rate | undefined {
  const { provider, product, region, meter } = key;
  return (
    book.rates.get(rateKey(provider, product, region, meter)) ??
    book.rates.get(rateKey(provider, product, "global", meter))
  );
}

/** A price with everything it is known by. */
export interface ListedPrice extends Rate {
  readonly provider: string;
  readonly product: string;
  /** A region's id, or `global`. */
  readonly region: string;
  readonly meter: string;
}

/** Every price of the book, in the book's order. */
export function pricesOf(book: PriceBook): readonly ListedPrice[] {
  return [...book.rates].map(([key, { usd, unit, asOf, source, confidence }]) => {
    const [provider = "", product = "", region = "", meter = ""] = key.split("|");
    return { provider, product, region, meter, usd, unit, asOf, source, confidence };
  });
}

/** A region of a cloud, or `undefined` when the book has none of that name. */
export function regionOf(book: PriceBook, provider: Provider, id: string): Region | undefined {
  return book.regions.find((region) => region.provider === provider && region.id === id);
}

/** The ids of every region of a cloud, in the book's order. */
export function regionsOf(book: PriceBook, provider: Provider): readonly string[] {
  return book.regions.filter((region) => region.provider === provider).map(({ id }) => id);
}

const CONFIDENCES = ["high", "medium"] as const;
let shipped: PriceBook | undefined;

const rateKey = (provider: Provider, product: string, region: string, meter: Meter): string =>
  `${provider}|${product}|${region}|${meter}`;

function shippedCards(): readonly PriceCard[] {
  const sources: Readonly<Record<string, { readonly text: string } | undefined>> = prices.sources;
  return prices.cards.map((card) => ({
    product: card.product,
    unit: card.unit,
    asOf: card.asOf,
    usd: card.usd,
    provider: known(CLOUDS, card.provider),
    meter: known(METERS, card.meter),
    confidence: known(CONFIDENCES, card.confidence),
    source: sources[card.source]?.text ?? card.source,
  }));
}

function shippedRegions(): readonly Region[] {
  return regions.regions.map((region) => ({
    provider: known(CLOUDS, region.provider),
    id: region.id,
    name: region.name,
    city: region.city,
    country: region.country,
    jurisdictions: region.jurisdictions,
    latitude: region.lat,
    longitude: region.lon,
    gridGramsPerKwh: region.gridGramsPerKwh,
    available: known(["yes", "unknown"], region.available),
    spot: region.spot,
  }));
}

// A JSON import types its strings as `string`; a word that is none of ours is a fault of the build, not of a user.
function known<const Word extends string>(words: readonly Word[], text: string): Word {
  const word = words.find((one) => one === text);
  if (word === undefined) throw new TypeError(`the price data says ${text}; expected ${words.join(", ")}`);
  return word;
}
