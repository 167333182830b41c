import type { PriceLine } from "../domain/offer.ts";
import { type PriceBook, type Rate, rateOf } from "./book.ts";
import { BigDecimal, decimalText } from "./decimal.ts";
import type { Meter } from "./meters.ts";
import { freeProduct, rateKeyOf } from "./product-of.ts";
import type { QuoteRequest } from "./quote-request.ts";

/**
 * What an account has for nothing, as lines that take it off again; never more than what it is taken off from.
 * Cloud Run's allowance is money at the rates of us-central1 (cloud.google.com/run/pricing: "a spending based discount
 * using Tier 1 pricing"): fewer units where a unit costs more. At committed rates the units used keep that worth, and
 * what one of CPU and memory leaves over comes off the other (the page's example 6). Requests and logs come off as units,
 * at the rate they are charged (its example 2, and the observability page).
 */
export function freeLines(
  request: QuoteRequest,
  lines: readonly PriceLine[],
  book: PriceBook,
): readonly PriceLine[] {
  if (request.free !== true) return [];
  return POOLS.flatMap((meters) => {
    const parts = meters.flatMap((meter) => freePart(request, meter, lines, book));
    return spread(parts).flatMap(({ off, part }) => (off.gt(0) ? [freeLine(part, off)] : []));
  });
}

/** Meters whose allowances are one pot of money. An allowance that is a tier of a price is not among them. */
const POOLS: readonly (readonly Meter[])[] = [
  ["cpu-second", "memory-gib-second"],
  ["request"],
  ["egress-gib"],
  ["log-gib"],
  ["secret-month"],
];
/** Meters whose allowance Google gives as money. */
const MONEY: ReadonlySet<Meter> = new Set(["cpu-second", "memory-gib-second"]);
/** The region whose rates Google's allowance is worth. */
const GOOGLE_TIER_1 = "us-central1";

interface FreePart {
  readonly charged: PriceLine;
  readonly cost: BigDecimal;
  readonly used: BigDecimal;
  readonly worth: BigDecimal;
  readonly units: string;
  readonly whose: "account" | "project";
  readonly rate: Rate;
}

function freePart(
  request: QuoteRequest,
  meter: Meter,
  lines: readonly PriceLine[],
  book: PriceBook,
): readonly FreePart[] {
  const key = rateKeyOf(request, meter);
  const own = rateOf(book, { ...key, product: freeProduct(key.product) });
  const google = request.provider === "cloud-run";
  const listed = google ? rateOf(book, { ...key, region: GOOGLE_TIER_1 }) : undefined;
  const rate = own ?? listed;
  const charged = lines.filter((line) => line.meter === meter);
  const [first] = charged;
  if (first === undefined || rate?.freePerMonth === undefined || (google && listed === undefined)) return [];
  const cost = total(charged.map(({ usd }) => usd));
  const unitUsd = (MONEY.has(meter) ? listed?.usd : undefined) ?? first.rateUsd;
  const used = total(charged.map(({ quantity }) => quantity));
  const listedCost = used.times(unitUsd);
  const most = new BigDecimal(rate.freePerMonth).times(unitUsd);
  const worth = least(most, listedCost.gt(cost) ? listedCost : cost);
  // Every project has Cloud Logging's allowance (Google Cloud Observability pricing, "First 50 GiB/project/month").
  const whose = google && meter === "log-gib" ? "project" : "account";
  return [{ charged: first, cost, used, worth, units: rate.freePerMonth, whose, rate }];
}

function spread(
  parts: readonly FreePart[],
): readonly { readonly off: BigDecimal; readonly part: FreePart }[] {
  let over = parts.reduce(
    (sum, { worth, cost }) => sum.plus(worth.gt(cost) ? worth.minus(cost) : 0),
    new BigDecimal(0),
  );
  return parts.map((part) => {
    const own = least(part.worth, part.cost);
    const more = least(over, part.cost.minus(own));
    over = over.minus(more);
    return { off: own.plus(more), part };
  });
}

function freeLine({ charged, used, rate, units, whose }: FreePart, off: BigDecimal): PriceLine {
  const { meter, unit, rateUsd } = charged;
  // Money is rounded, so dividing it by the rate may give back a little more than was used.
  const quantity = least(off.div(rateUsd), used);
  return {
    meter,
    quantity: decimalText(quantity.times(-1)),
    unit,
    rateUsd,
    usd: decimalText(off.times(-1)),
    asOf: rate.asOf,
    source: rate.source,
    rateId: rate.id,
    confidence: rate.confidence,
    note: `free tier: ${units} ${rate.unit} a month for the whole ${whose}`,
  };
}

const least = (a: BigDecimal, b: BigDecimal): BigDecimal => (a.lt(b) ? a : b);
const total = (amounts: readonly string[]): BigDecimal =>
  amounts.reduce((sum, amount) => sum.plus(amount), new BigDecimal(0));
