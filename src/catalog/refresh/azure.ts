import { z } from "zod";
import { BigDecimal } from "../decimal.ts";
import { agreed, type Believed, type FreshPrice, type Known, no, usdOf } from "./fresh-price.ts";

/** One page of the Azure Retail Prices API: its prices of some meters, and where the next page is. */
export interface AzurePage {
  readonly prices: readonly FreshPrice[];
  readonly next?: string | undefined;
}

/** Meters by `productName/skuName/meterName`: some products repeat meter names under other skus, so all three count. */
export type AzureMeters = ReadonlyMap<string, Known>;

/** Reads one page; `now` (ms) tells prices in force from ended ones and from those that are only announced. */
export function readAzurePage(payload: unknown, now: number, meters: AzureMeters): Believed<AzurePage> {
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
    const known = knownMeter(item, meters);
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
  tierMinimumUnits: z.number().min(0),
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

/** "1 Hour", "1 GB Hour", "100 Seconds": how much of what the price is for. */
const TIMED = /^(?<count>[1-9]\d{0,5})(?: GB)? (?<period>Hour|Second)s?$/;
/** "1 GB": of traffic or of logs. */
const COUNTED = /^(?<count>[1-9]\d{0,5}) GB$/;
const SECONDS_PER_HOUR = 3_600;

function knownMeter({ type, productName, skuName, meterName }: Item, meters: AzureMeters): Known | undefined {
  return type === "Consumption" ? meters.get(`${productName}/${skuName}/${meterName}`) : undefined;
}

function inForce({ effectiveStartDate, effectiveEndDate }: Item, now: number): boolean {
  const ended = effectiveEndDate !== undefined && Date.parse(effectiveEndDate) <= now;
  return Date.parse(effectiveStartDate) <= now && !ended;
}

function priceOf(item: Item, { stepped, ...known }: Known): Believed<FreshPrice> {
  const what = `${item.meterName} in ${item.armRegionName}`;
  if (item.currencyCode !== "USD") return no(`${what} is priced in ${item.currencyCode}, not in USD`);
  if (item.tierMinimumUnits !== 0 && stepped !== true)
    return no(`${what} has steps of price where it always had one`);
  const each = perUnit(item, known.unit);
  if (each === undefined)
    return no(`${what} is priced per "${item.unitOfMeasure}", which is no unit of it that Berth knows`);
  const usd = usdOf(each, what);
  if (!usd.ok) return usd;
  const from = stepped === true ? { from: new BigDecimal(item.tierMinimumUnits).toFixed() } : {};
  return {
    ok: true,
    value: { provider: "aci", region: item.armRegionName, ...known, usd: usd.value, ...from },
  };
}

/** What one of the book's units costs; nothing where the item's unit is another kind of thing. */
function perUnit({ retailPrice, unitOfMeasure }: Item, unit: string): BigDecimal | undefined {
  if (unit === "GiB") {
    const { count } = COUNTED.exec(unitOfMeasure)?.groups ?? {};
    return count === undefined ? undefined : new BigDecimal(retailPrice).div(count);
  }
  const { count, period } = TIMED.exec(unitOfMeasure)?.groups ?? {};
  if (count === undefined || unitOfMeasure.includes(" GB ") !== unit.startsWith("GiB")) return undefined;
  // A price by the second is the same one as by the hour, times 3,600; the book keeps one of the two.
  const perOne = new BigDecimal(retailPrice).div(count);
  const hourly = period === "Hour" ? perOne : perOne.times(SECONDS_PER_HOUR);
  return unit.endsWith("-hour") ? hourly : hourly.div(SECONDS_PER_HOUR);
}
