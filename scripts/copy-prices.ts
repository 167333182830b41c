/**
 * Copies the prices and regions Berth needs out of a folder of collected price rows into src/catalog/data.
 * Usage: node scripts/copy-prices.ts <folder with prices.json and regions.json> <day collected, YYYY-MM-DD>
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Big } from "big.js";
import { z } from "zod";
import { sourceOf } from "./price-sources.ts";
import { toRegions } from "./copy-regions.ts";

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
});
interface Card {
  readonly provider: string;
  readonly product: string;
  readonly meter: string;
  readonly unit: string;
  readonly asOf: string;
  readonly confidence: string;
  readonly source: string;
  readonly usd: Record<string, string>;
}

/** Product in the collected rows -> provider and product of the book. */
const PRODUCTS: Readonly<Record<string, readonly [provider: string, product: string]>> = {
  "fargate-linux-x86": ["ecs", "linux-amd64"],
  "fargate-linux-arm64": ["ecs", "linux-arm64"],
  "fargate-spot-linux-x86": ["ecs", "spot-linux-amd64"],
  "fargate-spot-linux-arm64": ["ecs", "spot-linux-arm64"],
  "fargate-ephemeral-storage": ["ecs", "storage"],
  "aci-linux": ["aci", "linux"],
  "aci-spot-linux": ["aci", "spot-linux"],
  "cloud-run-services-request-based": ["cloud-run", "request"],
  "cloud-run-services-instance-based": ["cloud-run", "instance"],
  "cloud-run-jobs": ["cloud-run", "job"],
  "cloud-run-worker-pools": ["cloud-run", "worker-pool"],
};

/** Meter in the collected rows -> meter of the book. Meters not named here are left out. */
const METERS: Readonly<Record<string, string>> = {
  vcpu: "cpu-second",
  cpu: "cpu-second",
  "cpu-active": "cpu-second",
  "cpu-idle-min-instance": "idle-cpu-second",
  memory: "memory-gib-second",
  "memory-active": "memory-gib-second",
  "memory-idle-min-instance": "idle-memory-gib-second",
  "storage-over-20gb": "ephemeral-gib-second",
  requests: "request",
};

/** A vendor's "GB" of memory or task storage is 1024^3 bytes (aws.amazon.com/fargate/pricing). */
const UNITS: Readonly<Record<string, string>> = {
  "vcpu-hour": "vCPU-hour",
  "vcpu-second": "vCPU-second",
  "gb-hour": "GiB-hour",
  "gib-second": "GiB-second",
  request: "request",
};

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
    const key = PRODUCTS[row.product];
    const meter = METERS[row.meter];
    // Old or third-party figures are unknown to us rather than wrong: a Spot price of 2021 misleads.
    if (key === undefined || meter === undefined || row.confidence === "low") continue;
    const source = sourceOf(row.source);
    sources[source.id] = { text: source.text, licence: source.licence };
    const [provider, product] = key;
    const unit = UNITS[row.unit];
    if (unit === undefined) throw new Error(`${row.product} ${row.meter}: unit ${row.unit} is not known`);
    const asOf = dayOf(row.as_of);
    const id = [provider, product, meter, unit, asOf, row.confidence, source.id].join("|");
    const card = cards.get(id) ?? {
      provider,
      product,
      meter,
      unit,
      asOf,
      confidence: row.confidence,
      source: source.id,
      usd: {},
    };
    card.usd[row.region] = Big(row.usd).toFixed();
    cards.set(id, card);
  }
  const lines = [...cards.values()].map((card) => JSON.stringify(card)).join(",\n");
  return `{"collected":"${day}",\n"sources":${JSON.stringify(sources, undefined, 1)},\n"cards":[\n${lines}\n]}\n`;
}

/** An undated page copy gets the earliest day it can be from; its source says so. */
function dayOf(asOf: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(asOf)) return asOf;
  const earliest = /^undated \(>=(\d{4}-\d{2})\)$/.exec(asOf)?.[1];
  if (earliest === undefined) throw new Error(`no day can be read from as_of ${asOf}`);
  return `${earliest}-01`;
}
