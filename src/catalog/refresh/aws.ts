import { z } from "zod";
import { agreed, type Believed, type FreshPrice, type Known, no, usdOf } from "./fresh-price.ts";

/**
 * Prices of Fargate in a payload of the AWS Price List: a region's bulk file (`AmazonECS/current/<region>/index.json`), or one
 * answer of the query interface (`GetProducts`, each product a JSON string). `region`: no price of another region may be in it.
 */
export function readAwsPrices(payload: unknown, region?: string): Believed<readonly FreshPrice[]> {
  const bulk = BULK.safeParse(payload);
  if (bulk.success) return pricesOf(offersInBulk(bulk.data), region);
  const queried = QUERIED.safeParse(payload);
  if (queried.success) {
    const offers = offersInAnswer(queried.data.PriceList);
    return offers.ok ? pricesOf(offers.value, region) : offers;
  }
  return no(`the answer is no price list of Amazon ECS: ${z.prettifyError(bulk.error).slice(0, MOST_WHY)}`);
}

const MOST_WHY = 300;
/** Hundreds of rows of Managed Instances stand beside the eight of Fargate; this many are no region's. */
const MOST_PRODUCTS = 50_000;

const PRODUCT = z.object({
  sku: z.string(),
  attributes: z.object({ usagetype: z.string().default(""), regionCode: z.string().optional() }),
});
const TERM = z.object({
  priceDimensions: z.record(
    z.string(),
    z.object({ beginRange: z.string().optional(), pricePerUnit: z.record(z.string(), z.string()) }),
  ),
});
const BULK = z.object({
  offerCode: z.literal("AmazonECS"),
  products: z.record(z.string(), PRODUCT).refine((all) => Object.keys(all).length <= MOST_PRODUCTS),
  terms: z.object({ OnDemand: z.record(z.string(), z.record(z.string(), TERM)) }),
});
const ENTRY = z.object({
  product: PRODUCT,
  terms: z.object({ OnDemand: z.record(z.string(), TERM).default({}) }),
});
const QUERIED = z.object({ PriceList: z.array(z.union([z.string(), ENTRY])).max(MOST_PRODUCTS) });

interface Offered {
  readonly product: z.infer<typeof PRODUCT>;
  readonly terms: readonly z.infer<typeof TERM>[];
}

/** What follows the region's prefix in `usagetype`, whole: a part of it would also match ARM, Windows and storage. */
const USAGE: ReadonlyMap<string, Known> = new Map(
  Object.entries<Known>({
    "Fargate-vCPU-Hours:perCPU": { product: "linux-amd64", meter: "cpu-second", unit: "vCPU-hour" },
    "Fargate-GB-Hours": { product: "linux-amd64", meter: "memory-gib-second", unit: "GiB-hour" },
    "Fargate-ARM-vCPU-Hours:perCPU": { product: "linux-arm64", meter: "cpu-second", unit: "vCPU-hour" },
    "Fargate-ARM-GB-Hours": { product: "linux-arm64", meter: "memory-gib-second", unit: "GiB-hour" },
    "Fargate-EphemeralStorage-GB-Hours": {
      product: "storage",
      meter: "ephemeral-gib-second",
      unit: "GiB-hour",
    },
    "Fargate-Windows-vCPU-Hours:perCPU": { product: "windows-amd64", meter: "cpu-second", unit: "vCPU-hour" },
    "Fargate-Windows-GB-Hours": { product: "windows-amd64", meter: "memory-gib-second", unit: "GiB-hour" },
    "Fargate-Windows-OS-Hours:perCPU": {
      product: "windows-amd64",
      meter: "os-cpu-second",
      unit: "vCPU-hour",
    },
  }),
);
/** The rows of the book that a reading of this provider speaks of. */
export const AWS_KNOWN: readonly Known[] = [...USAGE.values()];
// "EUW2-Fargate-...", and "EU-" for eu-west-1; the oldest region may go without.
const PREFIX = /^(?:[A-Z][A-Z0-9]*-)?(?=Fargate-)/;

function offersInBulk({ products, terms }: z.infer<typeof BULK>): readonly Offered[] {
  return Object.values(products).map((product) => ({
    product,
    terms: Object.values(terms.OnDemand[product.sku] ?? {}),
  }));
}

function offersInAnswer(entries: readonly (string | z.infer<typeof ENTRY>)[]): Believed<readonly Offered[]> {
  const offers: Offered[] = [];
  for (const [index, entry] of entries.entries()) {
    const read = ENTRY.safeParse(typeof entry === "string" ? jsonOf(entry) : entry);
    if (!read.success) return no(`product ${index} of the answer is not in the form of the price list`);
    offers.push({ product: read.data.product, terms: Object.values(read.data.terms.OnDemand) });
  }
  return { ok: true, value: offers };
}

function pricesOf(offers: readonly Offered[], region: string | undefined): Believed<readonly FreshPrice[]> {
  const prices: FreshPrice[] = [];
  for (const { product, terms } of offers) {
    const { usagetype, regionCode } = product.attributes;
    const known = USAGE.get(usagetype.replace(PREFIX, ""));
    if (known === undefined) continue;
    const here = regionCode ?? region;
    if (here === undefined || (region !== undefined && here !== region))
      return no(`${usagetype} is of ${here ?? "no region"}, not of ${region ?? "a region"}`);
    const usd = onlyPrice(usagetype, terms);
    if (!usd.ok) return usd;
    prices.push({ provider: "ecs", region: here, ...known, usd: usd.value });
  }
  return agreed(prices);
}

function onlyPrice(usagetype: string, terms: readonly z.infer<typeof TERM>[]): Believed<string> {
  const dimensions = terms.flatMap(({ priceDimensions }) => Object.values(priceDimensions));
  const [one, ...more] = dimensions;
  if (one === undefined || more.length > 0 || (one.beginRange ?? "0") !== "0")
    return no(`${usagetype} has ${dimensions.length} steps of price where it always had one`);
  const { USD: usd, ...others } = one.pricePerUnit;
  if (usd === undefined)
    return no(`${usagetype} is priced in ${Object.keys(others).join(", ") || "no currency"}, not in USD`);
  return usdOf(usd, usagetype);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // What is no JSON has no product either; the schema says so.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
