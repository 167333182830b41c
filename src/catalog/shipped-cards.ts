import { CLOUDS } from "../domain/place.ts";
import type { PriceCard, Region } from "./book.ts";
import { CONFIDENCES } from "./confidence.ts";
import prices from "./data/prices.json" with { type: "json" };
import regions from "./data/regions.json" with { type: "json" };
import { METERS } from "./meters.ts";

/** ISO day on which the shipped figures were collected. */
export const COLLECTED: string = prices.collected;

/** The price cards that ship with Berth, their sources written out. */
export function shippedCards(): readonly PriceCard[] {
  const sources: Readonly<Record<string, { readonly text: string } | undefined>> = prices.sources;
  const cards: readonly StoredCard[] = prices.cards;
  return cards.map((card) => ({
    ...card,
    provider: known(CLOUDS, card.provider),
    meter: known(METERS, card.meter),
    confidence: known(CONFIDENCES, card.confidence),
    source: sources[card.source]?.text ?? card.source,
  }));
}

/** The regions that ship with Berth. */
export function shippedRegions(): readonly Region[] {
  return regions.regions.map((region) => ({
    provider: known(CLOUDS, region.provider),
    id: region.id,
    name: region.name,
    city: region.city,
    country: region.country,
    continent: region.continent,
    jurisdictions: region.jurisdictions,
    latitude: region.lat,
    longitude: region.lon,
    gridGramsPerKwh: region.gridGramsPerKwh,
    available: known(["yes", "unknown"], region.available),
    spot: region.spot,
  }));
}

interface StoredCard {
  readonly provider: string;
  readonly product: string;
  readonly meter: string;
  readonly unit: string;
  readonly asOf: string;
  readonly confidence: string;
  readonly source: string;
  readonly from?: string;
  readonly to?: string;
  readonly freePerMonth?: string;
  readonly note?: string;
  readonly usd: Readonly<Record<string, string | undefined>>;
}

// A JSON import types its strings as `string`; a word that is none of ours is a fault of the build, not of a user.
function known<const Word extends string>(words: readonly Word[], text: string): Word {
  const word = words.find((one) => one === text);
  if (word === undefined) throw new TypeError(`the price data says ${text}; expected ${words.join(", ")}`);
  return word;
}
