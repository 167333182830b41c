import { z } from "zod";
import { BigDecimal } from "../decimal.ts";
import { agreed, type Believed, type FreshPrice, type Known, no, usdOf } from "./fresh-price.ts";

/** One page of the Azure Retail Prices API: its prices of Container Instances, and where the next page is. */
export interface AzurePage {
  readonly prices: readonly FreshPrice[];
  readonly next?: string | undefined;
}

/** Reads one page; `now` (ms) tells prices in force from ended ones and from those that are only announced. */
export function readAzurePage(payload: unknown, now: number): Believed<AzurePage> {
  const read = PAGE.safeParse(payload);
  if (!read.success)
    return no(
      `the answer is no page of the Retail Prices API: ${z.prettifyError(read.error).slice(0, MOST_WHY)}`,
    );
  const { BillingCurrency, Items, Count, NextPageLink } = read.data;
  if (BillingCurrency !== "USD") return no(`prices are in ${BillingCurrency}, not in USD`);
  if (Count !== Items.length) return no(`the page says ${Count} items and has ${Items.length}`);
  const prices: FreshPrice[] = [];
  for (const item of Items) {
    const known = knownMeter(item);
    if (known === undefined || !inForce(item, now)) continue;
    const price = priceOf(item, known);
    if (!price.ok) return price;
    prices.push(price.value);
  }
  const all = agreed(prices);
  if (!all.ok) return all;
  return { ok: true, value: { prices: all.value, ...(NextPageLink ? { next: NextPageLink } : {}) } };
}

const MOST_WHY = 300;
/** The API gives at most 1,000 items a page (Azure Retail Prices overview, "API response pagination"). */
const MOST_ITEMS = 1_000;

const ITEM = z.object({
  currencyCode: z.string(),
  tierMinimumUnits: z.number(),
  retailPrice: z.number(),
  armRegionName: z.string(),
  effectiveStartDate: z.iso.datetime(),
  effectiveEndDate: z.iso.datetime().optional(),
  meterName: z.string(),
  productName: z.string(),
  skuName: z.string(),
  unitOfMeasure: z.string(),
  type: z.string(),
});
type Item = z.infer<typeof ITEM>;
const PAGE = z.object({
  BillingCurrency: z.string(),
  Items: z.array(ITEM).max(MOST_ITEMS),
  NextPageLink: z.string().nullable(),
  Count: z.number(),
});

const CONFIDENTIAL = "Confidential containers ACI";
const CPU = { meter: "cpu-second", unit: "vCPU-hour" } as const;
const MEMORY = { meter: "memory-gib-second", unit: "GiB-hour" } as const;
/** `productName/skuName/meterName`. The GPU product repeats meter names under other skus, so all three count. */
const METERS: ReadonlyMap<string, Known> = new Map(
  Object.entries<Known>({
    "Container Instances/Standard/Standard vCPU Duration": { product: "linux", ...CPU },
    "Container Instances/Standard/Standard Memory Duration": { product: "linux", ...MEMORY },
    "Container Instances/Standard Spot/Standard Spot vCPU Duration": { product: "spot-linux", ...CPU },
    "Container Instances/Standard Spot/Standard Spot Memory Duration": { product: "spot-linux", ...MEMORY },
    [`Container Instances/${CONFIDENTIAL}/${CONFIDENTIAL} vCPU Duration`]: {
      product: "confidential",
      ...CPU,
    },
    [`Container Instances/${CONFIDENTIAL}/${CONFIDENTIAL} Memory Duration`]: {
      product: "confidential",
      ...MEMORY,
    },
    "Container Instances/Standard/Standard Windows Software Duration": {
      product: "windows",
      meter: "os-cpu-second",
      unit: "vCPU-second",
    },
  }),
);
/** The rows of the book that a reading of this provider speaks of. */
export const AZURE_KNOWN: readonly Known[] = [...METERS.values()];
/** "1 Hour", "1 GB Hour", "100 Seconds": how much of what the price is for. */
const UNIT = /^(?<count>[1-9]\d{0,5})(?: GB)? (?<period>Hour|Second)s?$/;
const SECONDS_PER_HOUR = 3_600;

function knownMeter({ type, productName, skuName, meterName }: Item): Known | undefined {
  return type === "Consumption" ? METERS.get(`${productName}/${skuName}/${meterName}`) : undefined;
}

function inForce({ effectiveStartDate, effectiveEndDate }: Item, now: number): boolean {
  const ended = effectiveEndDate !== undefined && Date.parse(effectiveEndDate) <= now;
  return Date.parse(effectiveStartDate) <= now && !ended;
}

function priceOf(item: Item, known: Known): Believed<FreshPrice> {
  const what = `${item.meterName} in ${item.armRegionName}`;
  if (item.currencyCode !== "USD") return no(`${what} is priced in ${item.currencyCode}, not in USD`);
  if (item.tierMinimumUnits !== 0) return no(`${what} has steps of price where it always had one`);
  const { count, period } = UNIT.exec(item.unitOfMeasure)?.groups ?? {};
  if (count === undefined || item.unitOfMeasure.includes(" GB ") !== known.unit.startsWith("GiB"))
    return no(`${what} is priced per "${item.unitOfMeasure}", which is no unit of it that Berth knows`);
  // A price by the second is the same one as by the hour, times 3,600; the book keeps one of the two.
  const perOne = new BigDecimal(item.retailPrice).div(count);
  const hourly = period === "Hour" ? perOne : perOne.times(SECONDS_PER_HOUR);
  const inUnit = known.unit.endsWith("-hour") ? hourly : hourly.div(SECONDS_PER_HOUR);
  const usd = usdOf(inUnit, what);
  return usd.ok
    ? { ok: true, value: { provider: "aci", region: item.armRegionName, ...known, usd: usd.value } }
    : usd;
}
