import { canonicalJson, sha256Hex } from "../domain/canonical-json.ts";
import type { Cloud, Provider } from "../domain/place.ts";
import type { Confidence } from "./confidence.ts";
import type { Meter } from "./meters.ts";
import { realmOf } from "./realms.ts";

/** One price: USD per `unit` as a decimal string, with the day it was true and where it can be checked. */
export interface Rate {
  /** `<provider>/<region>/<product>/<meter>@<asOf>:<usd>`, and `:stated` after one that an account stated: names the figure itself, so a changed price has another id. */
  readonly id: string;
  readonly usd: string;
  readonly unit: string;
  readonly asOf: string;
  readonly source: string;
  readonly confidence: Confidence;
  /** Of a price in tiers: units of a month from which this one counts, and up to which (absent: no end). */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Units a month that the whole account has for nothing. */
  readonly freePerMonth?: string | undefined;
  /** What a reader must know beside the figure. */
  readonly note?: string | undefined;
}

/** One region of one cloud. `available` is "unknown" where no published list names the service there. */
export interface Region {
  readonly provider: Cloud;
  readonly id: string;
  readonly name: string;
  readonly city?: string | undefined;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Two letters: AF, AS, EU, NA, OC, SA, ME. */
  readonly continent: string;
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
  /** Hex SHA-256 of the book's whole content, worked out when first asked for. */
  readonly hash: string;
  /** What the book was made of: together with `collected` and `regions` all that is needed to make it again. */
  readonly cards: readonly PriceCard[];
  /** Tiers of each price in rising order; a price without tiers is alone in its list. */
  readonly rates: ReadonlyMap<string, readonly Rate[]>;
  readonly regions: readonly Region[];
}

/** One group of prices as it is stored: the same meter, date and source over many regions. A tier is a card of its own. */
export interface PriceCard extends Omit<Rate, "id" | "usd"> {
  readonly provider: Cloud;
  readonly product: string;
  readonly meter: Meter;
  /** Region -> USD; `global` counts in every commercial region that has no figure of its own. */
  readonly usd: Readonly<Record<string, string | undefined>>;
}

/** What a price is looked up by. */
export interface RateKey {
  readonly provider: Provider;
  readonly product: string;
  readonly region: string;
  readonly meter: Meter;
}

/** A book from cards and regions. A later card of another day or source replaces the whole price of its regions. */
export function makeBook(
  collected: string,
  cards: readonly PriceCard[],
  regions: readonly Region[],
): PriceBook {
  const rates = new Map<string, readonly Rate[]>();
  for (const { provider, product, meter, usd, ...card } of cards)
    for (const [region, value] of Object.entries(usd)) {
      if (value === undefined) continue;
      const key = textOf({ provider, product, region, meter });
      const said = card.confidence === "stated" ? ":stated" : "";
      const id = `${provider}/${region}/${product}/${meter}@${card.asOf}:${value}${said}`;
      rates.set(key, withTier(rates.get(key) ?? [], { ...card, id, usd: value }));
    }
  return bookOf(collected, cards, rates, regions);
}

/** The book with the prices of another in place of its own, one for one; regions and day stay. */
export function laidOver(book: PriceBook, over: Pick<PriceBook, "cards" | "rates">): PriceBook {
  const { collected, regions } = book;
  return bookOf(collected, [...book.cards, ...over.cards], new Map([...book.rates, ...over.rates]), regions);
}

/** The price of a meter in a region (of tiers: the first), or `undefined` when it is not known. */
export function rateOf(book: PriceBook, key: RateKey): Rate | undefined {
  return tiersOf(book, key)[0];
}

/** Every tier of a meter's price in a region, in rising order; none when the price is not known. */
export function tiersOf(book: PriceBook, key: RateKey): readonly Rate[] {
  const own = book.rates.get(textOf(key));
  if (own !== undefined) return own;
  // A price "everywhere" is the commercial regions': sovereign clouds have lists, currencies and allowances of their own.
  const everywhere = realmOf(key) === "commercial";
  return (everywhere ? book.rates.get(textOf({ ...key, region: "global" })) : undefined) ?? [];
}

/** A price with everything it is known by. */
export interface ListedPrice extends Rate {
  readonly provider: string;
  readonly product: string;
  /** A region's id, or `global`. */
  readonly region: string;
  readonly meter: string;
}

/** Every price of the book, in the book's order; each tier is one. */
export function pricesOf(book: PriceBook): readonly ListedPrice[] {
  return [...book.rates].flatMap(([key, tiers]) => {
    const [provider = "", product = "", region = "", meter = ""] = key.split("|");
    return tiers.map((rate) => ({ provider, product, region, meter, ...rate }));
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

function bookOf(
  collected: string,
  cards: readonly PriceCard[],
  rates: PriceBook["rates"],
  regions: readonly Region[],
): PriceBook {
  let hash: string | undefined;
  return {
    collected,
    cards,
    rates,
    regions,
    get hash() {
      hash ??= sha256Hex(canonicalJson({ collected, cards, regions }));
      return hash;
    },
  };
}

const textOf = ({ provider, product, region, meter }: RateKey): string =>
  `${provider}|${product}|${region}|${meter}`;

// Tiers of one reading belong together; mixing them with another reading's would price some units twice and others never.
function withTier(tiers: readonly Rate[], rate: Rate): readonly Rate[] {
  const kept = tiers.filter(
    ({ asOf, source, from }) => asOf === rate.asOf && source === rate.source && from !== rate.from,
  );
  return [...kept, rate].toSorted((a, b) => Number(a.from ?? 0) - Number(b.from ?? 0));
}
