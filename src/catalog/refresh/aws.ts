import { z } from "zod";
import { type AwsOffer, FARGATE } from "./aws-offers.ts";
import { type Believed, type FreshPrice, type Known, no, usdOf } from "./fresh-price.ts";
import { withSteps } from "./price-steps.ts";

/**
 * Prices of one offer in a payload of the AWS Price List: a bulk file (`<code>/current/<region>/index.json`, or without the region),
 * or one answer of the query interface (`GetProducts`, each product a JSON string). `region`: no price of another may be in it.
 */
export function readAwsPrices(
  payload: unknown,
  region?: string,
  offer: AwsOffer = FARGATE,
): Believed<readonly FreshPrice[]> {
  const bulk = BULK.safeParse(payload);
  if (bulk.success && bulk.data.offerCode === offer.code)
    return pricesOf(offersInBulk(bulk.data), region, offer);
  const queried = QUERIED.safeParse(payload);
  if (queried.success) {
    const offers = offersInAnswer(queried.data.PriceList);
    return offers.ok ? pricesOf(offers.value, region, offer) : offers;
  }
  const why = bulk.success
    ? `it is one of ${bulk.data.offerCode}`
    : z.prettifyError(bulk.error).slice(0, MOST_WHY);
  return no(`the answer is no price list of ${offer.code}: ${why}`);
}

const MOST_WHY = 300;
/** A region has some thousands of rows at most; this many are no price list of these. */
const MOST_PRODUCTS = 50_000;

const PRODUCT = z.object({
  sku: z.string(),
  attributes: z.object({
    usagetype: z.string().default(""),
    operation: z.string().optional(),
    transferType: z.string().optional(),
    regionCode: z.string().optional(),
    fromRegionCode: z.string().optional(),
  }),
});
const TERM = z.object({
  priceDimensions: z.record(
    z.string(),
    z.object({
      beginRange: z
        .string()
        .regex(/^\d{1,12}$/)
        .default("0"),
      pricePerUnit: z.record(z.string(), z.string()),
    }),
  ),
});
const BULK = z.object({
  offerCode: z.string(),
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

// "EUW2-", and "EU-" for eu-west-1; the oldest region goes without. "TS-" of a trust store and "Outposts-" are none.
const PREFIX = /^(?:EU|[A-Z]{2,3}\d{1,2})-/;

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

function pricesOf(
  offered: readonly Offered[],
  region: string | undefined,
  offer: AwsOffer,
): Believed<readonly FreshPrice[]> {
  const prices: FreshPrice[] = [];
  for (const { product, terms } of offered) {
    const { usagetype, regionCode, fromRegionCode } = product.attributes;
    const known = knownUsage(product, offer);
    if (known === undefined) continue;
    const here = regionCode ?? fromRegionCode ?? region;
    if (here === undefined || (region !== undefined && here !== region))
      return no(`${usagetype} is of ${here ?? "no region"}, not of ${region ?? "a region"}`);
    const steps = stepsOf(usagetype, terms, known);
    if (!steps.ok) return steps;
    const { stepped: _stepped, ...row } = known;
    prices.push(...steps.value.map((step) => ({ provider: "ecs" as const, region: here, ...row, ...step })));
  }
  return withSteps(prices);
}

function knownUsage({ attributes }: Offered["product"], { usage, only = {} }: AwsOffer): Known | undefined {
  const { operation = attributes.operation, transferType = attributes.transferType } = only;
  if (operation !== attributes.operation || transferType !== attributes.transferType) return undefined;
  return usage.get(attributes.usagetype.replace(PREFIX, ""));
}

function stepsOf(
  usagetype: string,
  terms: readonly z.infer<typeof TERM>[],
  { stepped }: Known,
): Believed<readonly Pick<FreshPrice, "usd" | "from">[]> {
  const dimensions = terms.flatMap(({ priceDimensions }) => Object.values(priceDimensions));
  const asEver = stepped === true || (dimensions.length === 1 && dimensions[0]?.beginRange === "0");
  if (dimensions.length === 0 || !asEver)
    return no(`${usagetype} has ${dimensions.length} steps of price where it always had one`);
  const steps: Pick<FreshPrice, "usd" | "from">[] = [];
  for (const { beginRange, pricePerUnit } of dimensions) {
    const { USD: given, ...others } = pricePerUnit;
    if (given === undefined)
      return no(`${usagetype} is priced in ${Object.keys(others).join(", ") || "no currency"}, not in USD`);
    const usd = usdOf(given, usagetype);
    if (!usd.ok) return usd;
    steps.push({ usd: usd.value, ...(stepped === true ? { from: beginRange } : {}) });
  }
  return { ok: true, value: steps };
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
