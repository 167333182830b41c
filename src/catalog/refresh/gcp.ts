import { z } from "zod";
import { BigDecimal } from "../decimal.ts";
import { type Believed, type FreshPrice, type Known, no, usdOf } from "./fresh-price.ts";
import type { GcpSkus } from "./gcp-skus.ts";
import { withSteps } from "./price-steps.ts";

/** One page of the Cloud Billing Catalog: its prices of some SKUs, and the token of the next page. */
export interface GcpPage {
  /** Prices by tier come with their tier, for a region may stand in both. */
  readonly prices: readonly TierPrice[];
  readonly next?: string | undefined;
}
export interface TierPrice extends FreshPrice {
  readonly tier: 1 | 2 | undefined;
}

/** Reads one page of `services/<id>/skus`. */
export function readGcpPage(payload: unknown, { find }: GcpSkus): Believed<GcpPage> {
  const read = PAGE.safeParse(payload);
  if (!read.success)
    return no(
      `the answer is no page of the Billing Catalog: ${z.prettifyError(read.error).slice(0, MOST_WHY)}`,
    );
  const prices: TierPrice[] = [];
  for (const sku of read.data.skus) {
    const found = sku.category.usageType === "OnDemand" ? find(sku) : undefined;
    if (found === undefined) continue;
    const steps = stepsOf(sku, found.known);
    if (!steps.ok) return steps;
    const { tier, regions } = found;
    const { stepped: _stepped, ...row } = found.known;
    prices.push(
      ...regions.flatMap((region) =>
        steps.value.map((step) => ({ provider: "cloud-run" as const, region, ...row, tier, ...step })),
      ),
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
  return withSteps(settled.map(({ tier: _tier, ...price }) => price));
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
              startUsageAmount: z.number().min(0).default(0),
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

/** The catalog's word for the book's unit. */
const UNITS: Readonly<Record<string, string>> = {
  "vCPU-second": "s",
  "GiB-second": "GiBy.s",
  GiB: "GiBy",
  request: "count",
  "secret-month": "mo",
};

type Step = Pick<FreshPrice, "usd" | "from">;

function stepsOf({ description, pricingInfo }: Sku, known: Known): Believed<readonly Step[]> {
  const latest = pricingInfo.toSorted((a, b) =>
    (a.effectiveTime ?? "") < (b.effectiveTime ?? "") ? 1 : -1,
  )[0];
  const expression = latest?.pricingExpression;
  if (expression === undefined || expression.usageUnit !== UNITS[known.unit])
    return no(
      `${description} is priced per "${expression?.usageUnit ?? ""}", which is no unit of it that Berth knows`,
    );
  const steps: Step[] = [];
  for (const { startUsageAmount, unitPrice } of expression.tieredRates) {
    const { currencyCode, units, nanos } = unitPrice;
    if (currencyCode !== "USD") return no(`${description} is priced in ${currencyCode}, not in USD`);
    const usd = usdOf(new BigDecimal(units).plus(new BigDecimal(nanos).div(NANOS)), description);
    if (!usd.ok) return usd;
    steps.push({ usd: usd.value, from: new BigDecimal(startUsageAmount).toFixed() });
  }
  return known.stepped === true ? { ok: true, value: steps } : onlyStep(description, steps);
}

// The account's free tier stands as a first step that costs nothing; the price is what comes after it.
function onlyStep(description: string, steps: readonly Step[]): Believed<readonly Step[]> {
  const [first, ...rest] = steps;
  const charged = first?.usd === "0" && rest.length > 0 ? rest : steps;
  const [one, ...more] = charged;
  return one === undefined || more.length > 0
    ? no(`${description} has ${charged.length} steps of price where it always had one`)
    : { ok: true, value: [{ usd: one.usd }] };
}

const NANOS = 1_000_000_000;
