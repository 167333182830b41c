import { z } from "zod";
import { BigDecimal } from "../decimal.ts";
import { agreed, type Believed, type FreshPrice, type Known, no, usdOf } from "./fresh-price.ts";

/** One page of the Cloud Billing Catalog: its prices of Cloud Run, and the token of the next page. */
export interface GcpPage {
  /** Prices by tier come with their tier, for a region may stand in both. */
  readonly prices: readonly TierPrice[];
  readonly next?: string | undefined;
}
export interface TierPrice extends FreshPrice {
  readonly tier: 1 | 2 | undefined;
}

/** Reads one page of `services/152E-C115-5142/skus`. */
export function readGcpPage(payload: unknown): Believed<GcpPage> {
  const read = PAGE.safeParse(payload);
  if (!read.success)
    return no(
      `the answer is no page of the Billing Catalog: ${z.prettifyError(read.error).slice(0, MOST_WHY)}`,
    );
  const prices: TierPrice[] = [];
  for (const sku of read.data.skus) {
    const found = sku.category.usageType === "OnDemand" ? meterOf(sku) : undefined;
    if (found === undefined) continue;
    const usd = priceOf(sku, found.known);
    if (!usd.ok) return usd;
    const { known, tier, regions } = found;
    prices.push(
      ...regions.map((region) => ({
        provider: "cloud-run" as const,
        region,
        ...known,
        tier,
        usd: usd.value,
      })),
    );
  }
  const { nextPageToken } = read.data;
  return { ok: true, value: { prices, ...(nextPageToken === "" ? {} : { next: nextPageToken }) } };
}

/**
 * The prices of all pages, one for each region and meter. A region that is listed in both tiers (africa-south1 is) counts as
 * the second: it is the dearer one, and a price is never guessed low.
 */
export function settleTiers(prices: readonly TierPrice[]): Believed<readonly FreshPrice[]> {
  const second = new Set(
    prices.filter(({ tier }) => tier === 2).map(({ region, meter }) => `${region}/${meter}`),
  );
  const settled = prices.filter(({ tier, region, meter }) => tier !== 1 || !second.has(`${region}/${meter}`));
  return agreed(settled.map(({ tier: _tier, ...price }) => price));
}

const MOST_WHY = 300;
/** The most SKUs of a page (Cloud Billing Catalog, `skus.list`, pageSize). */
const MOST_SKUS = 5_000;
const MOST_REGIONS = 200;

const SKU = z.object({
  description: z.string(),
  category: z.object({ usageType: z.string() }),
  serviceRegions: z.array(z.string()).max(MOST_REGIONS),
  pricingInfo: z
    .array(
      z.object({
        pricingExpression: z.object({
          usageUnit: z.string(),
          tieredRates: z.array(
            z.object({
              startUsageAmount: z.number().default(0),
              unitPrice: z.object({
                currencyCode: z.string(),
                units: z
                  .string()
                  .regex(/^-?\d{1,12}$/)
                  .default("0"),
                nanos: z.number().int().default(0),
              }),
            }),
          ),
        }),
        effectiveTime: z.string().optional(),
      }),
    )
    .min(1),
});
type Sku = z.infer<typeof SKU>;
const PAGE = z.object({ skus: z.array(SKU).max(MOST_SKUS), nextPageToken: z.string().default("") });

interface Found {
  readonly known: Known;
  readonly tier: 1 | 2 | undefined;
  readonly regions: readonly string[];
}

const BY_TIER =
  /^Services (?<idle>Min Instance )?(?<what>CPU|Memory) (?<second>Tier 2 )?\(Request-based billing\)$/;
const BY_REGION =
  /^(?<kind>Services|Jobs|Worker Pools) (?<what>CPU|Memory) (?<instance>\(Instance-based billing\) )?in (?<region>[a-z]+-[a-z]+\d+)$/;
const PRODUCTS: Readonly<Record<string, string | undefined>> = {
  "Services (Instance-based billing) ": "instance",
  "Jobs ": "job",
  "Worker Pools ": "worker-pool",
};
const REQUESTS: Known = { product: "request", meter: "request", unit: "request" };
const UNITS: Readonly<Record<string, string>> = {
  "vCPU-second": "s",
  "GiB-second": "GiBy.s",
  request: "count",
};

/** The rows of the book that a reading of this provider speaks of. */
export const GCP_KNOWN: readonly Known[] = [
  REQUESTS,
  ...["CPU", "Memory"].flatMap((what) => [
    { product: "request", ...meterNamed(what, false) },
    { product: "request", ...meterNamed(what, true) },
    ...["instance", "job", "worker-pool"].map((product) => ({ product, ...meterNamed(what, false) })),
  ]),
];

/** What a SKU prices; nothing for GPUs, commitments and whatever else stands in the list. */
function meterOf({ description, serviceRegions }: Sku): Found | undefined {
  // Google's own slips: two blanks before the bracket, and "in in asia-northeast1".
  const text = description.replaceAll(/\s+/g, " ").replace(" in in ", " in ").trim();
  if (text === "Requests")
    return {
      known: REQUESTS,
      tier: undefined,
      regions: ["global"],
    };
  const tiered = BY_TIER.exec(text)?.groups;
  if (tiered !== undefined) {
    const { idle, what, second } = tiered;
    const tier = second === undefined ? 1 : 2;
    return {
      known: { product: "request", ...meterNamed(what, idle !== undefined) },
      tier,
      regions: serviceRegions,
    };
  }
  const { kind, what, instance = "", region } = BY_REGION.exec(text)?.groups ?? {};
  const product = PRODUCTS[`${kind} ${instance}`];
  if (product === undefined || region === undefined) return undefined;
  return { known: { product, ...meterNamed(what, false) }, tier: undefined, regions: [region] };
}

function meterNamed(what: string | undefined, idle: boolean): Pick<Known, "meter" | "unit"> {
  if (what === "CPU") return { meter: idle ? "idle-cpu-second" : "cpu-second", unit: "vCPU-second" };
  return { meter: idle ? "idle-memory-gib-second" : "memory-gib-second", unit: "GiB-second" };
}

function priceOf({ description, pricingInfo }: Sku, known: Known): Believed<string> {
  const latest = pricingInfo.toSorted((a, b) =>
    (a.effectiveTime ?? "") < (b.effectiveTime ?? "") ? 1 : -1,
  )[0];
  const expression = latest?.pricingExpression;
  if (expression === undefined || expression.usageUnit !== UNITS[known.unit])
    return no(
      `${description} is priced per "${expression?.usageUnit ?? ""}", which is no unit of it that Berth knows`,
    );
  const foreign = expression.tieredRates.find(({ unitPrice }) => unitPrice.currencyCode !== "USD");
  if (foreign !== undefined)
    return no(`${description} is priced in ${foreign.unitPrice.currencyCode}, not in USD`);
  const rates = expression.tieredRates.map(({ startUsageAmount, unitPrice }) => ({
    from: startUsageAmount,
    usd: new BigDecimal(unitPrice.units).plus(new BigDecimal(unitPrice.nanos).div(NANOS)),
  }));
  // The account's free tier stands as a first step that costs nothing; the price is what comes after it.
  const [first, ...rest] = rates;
  const charged = first?.usd.eq(0) === true && rest.length > 0 ? rest : rates;
  const [one, ...more] = charged;
  if (one === undefined || more.length > 0)
    return no(`${description} has ${charged.length} steps of price where it always had one`);
  return usdOf(one.usd, description);
}

const NANOS = 1_000_000_000;
