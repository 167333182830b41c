/**
 * Copies the prices and regions Berth needs out of a folder of collected price rows into src/catalog/data.
 * Usage: node scripts/copy-prices.ts <folder with prices.json and regions.json> <day collected, YYYY-MM-DD>
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Big } from "big.js";
import { z } from "zod";
import { balancerCards } from "./balancer-cards.ts";
import { toRegions } from "./copy-regions.ts";
import { EXTRA_CARDS, type PriceCardDocument } from "./extra-cards.ts";
import { noteOf, placeInBook, UNITS } from "./price-products.ts";
import { sourceOf } from "./price-sources.ts";
import { withGov } from "./sovereign-rows.ts";

const Row = z.object({
  provider: z.string(),
  region: z.string(),
  product: z.string(),
  meter: z.string(),
  unit: z.string(),
  usd: z.number(),
  as_of: z.string(),
  source: z.string(),
  confidence: z.enum(["high", "medium", "low"]),
  tier_from_gb: z.number().optional(),
  tier_to_gb: z.number().optional(),
  free_per_month: z.number().optional(),
  note: z.string().optional(),
});
type Card = PriceCardDocument & { readonly usd: Record<string, string> };

const OUT = join(import.meta.dirname, "../src/catalog/data");
const [folder, collected] = process.argv.slice(2);
if (folder === undefined || collected === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(collected)) {
  console.error("Usage: node scripts/copy-prices.ts <folder> <day collected, YYYY-MM-DD>");
  process.exit(2);
}
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));
writeFileSync(join(OUT, "prices.json"), priceDocument(read("prices.json"), collected));
writeFileSync(join(OUT, "regions.json"), toRegions(read("regions.json"), collected));

/** One card a line, so that a changed price is one changed line in a diff. */
function priceDocument(document: unknown, day: string): string {
  const rows = z.array(Row).parse(document);
  const sources: Record<string, { text: string; licence: string }> = {};
  const cards = new Map<string, Card>();
  for (const row of rows) {
    const source = sourceOf(row.source);
    sources[source.id] = { text: source.text, licence: source.licence };
    const card = cardOf(row, source.id);
    const id = JSON.stringify(card);
    const kept = cards.get(id) ?? { ...card, usd: {} };
    if (kept.usd[row.region] !== undefined) throw new Error(`two figures for ${row.region} in ${id}`);
    kept.usd[row.region] = Big(row.usd).toFixed();
    cards.set(id, kept);
  }
  for (const { card, usd, source } of [...EXTRA_CARDS, ...balancerCards()]) {
    sources[source.id] = { text: source.text, licence: source.licence };
    cards.set(JSON.stringify(card), { ...card, usd });
  }
  const lines = [...cards.values()]
    .map((card) => JSON.stringify({ ...card, usd: withGov(card, card.usd) }))
    .join(",\n");
  return `{"collected":"${day}",\n"sources":${JSON.stringify(sources, undefined, 1)},\n"cards":[\n${lines}\n]}\n`;
}

/** What a row shares with the rows of other regions; every row belongs to a card, or the copy stops. */
function cardOf(row: z.output<typeof Row>, source: string): PriceCardDocument {
  const home = placeInBook(row.product, row.meter);
  const unit = UNITS[row.unit];
  if (home === undefined || unit === undefined)
    throw new Error(`nobody has named a place for ${row.product} ${row.meter} in ${row.unit}`);
  const note = noteOf(row.product, row.note);
  return {
    ...home,
    unit,
    asOf: dayOf(row.as_of),
    confidence: row.confidence,
    source,
    ...(row.tier_from_gb === undefined ? {} : { from: Big(row.tier_from_gb).toFixed() }),
    ...(row.tier_to_gb === undefined ? {} : { to: Big(row.tier_to_gb).toFixed() }),
    ...(row.free_per_month === undefined ? {} : { freePerMonth: Big(row.free_per_month).toFixed() }),
    ...(note === undefined ? {} : { note }),
  };
}

/** A year, or an undated page copy, gets the earliest day it can be from; its source says so. */
function dayOf(asOf: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(asOf)) return asOf;
  const month = /^undated \(>=(\d{4}-\d{2})\)$/.exec(asOf)?.[1];
  if (month !== undefined) return `${month}-01`;
  const year = /^(?:undated \()?(\d{4})(?: or later\))?$/.exec(asOf)?.[1];
  if (year === undefined) throw new Error(`no day can be read from as_of ${asOf}`);
  return `${year}-01-01`;
}
