import { z } from "zod";
import { CLOUDS } from "../domain/place.ts";
import { makeBook, type PriceBook } from "./book.ts";
import { CONFIDENCES } from "./confidence.ts";
import { METERS } from "./meters.ts";

/** A book as a list of plain items, cards before regions, from which `bookFrom` makes the same book again. */
export function itemsOf(book: PriceBook): readonly unknown[] {
  return [...book.cards.map((card) => ({ card })), ...book.regions.map((region) => ({ region }))];
}

/** The book of stored items. Throws a sentence when they are not those whose hash is given: a price is never read from a damaged book. */
export function bookFrom(stored: {
  readonly hash: string;
  readonly collected: string;
  readonly items: readonly unknown[];
}): PriceBook {
  const items = z.array(ITEM).safeParse(stored.items);
  const read = items.success ? items.data : [];
  const cards = read.flatMap((item) => ("card" in item ? [item.card] : []));
  const regions = read.flatMap((item) => ("region" in item ? [item.region] : []));
  const book = makeBook(stored.collected, cards, regions);
  if (book.hash === stored.hash) return book;
  throw new TypeError(`the stored price book ${stored.hash} does not hold what it is named for`);
}

const CARD = z.strictObject({
  provider: z.enum(CLOUDS),
  product: z.string(),
  meter: z.enum(METERS),
  unit: z.string(),
  asOf: z.string(),
  source: z.string(),
  confidence: z.enum(CONFIDENCES),
  from: z.string().optional(),
  to: z.string().optional(),
  freePerMonth: z.string().optional(),
  note: z.string().optional(),
  usd: z.record(z.string(), z.string()),
});
/** A region as a price book carries it. */
export const REGION = z.strictObject({
  provider: z.enum(CLOUDS),
  id: z.string(),
  name: z.string(),
  city: z.string().optional(),
  country: z.string(),
  continent: z.string(),
  jurisdictions: z.array(z.string()),
  latitude: z.number(),
  longitude: z.number(),
  gridGramsPerKwh: z.number().optional(),
  available: z.enum(["yes", "unknown"]),
  spot: z.boolean(),
});
const ITEM = z.union([z.strictObject({ card: CARD }), z.strictObject({ region: REGION })]);
