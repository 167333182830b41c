import { isDecimal } from "../../domain/money.ts";
import type { Cloud } from "../../domain/place.ts";
import type { Meter } from "../meters.ts";
import { BigDecimal } from "../decimal.ts";

/** One price as a provider's own interface says it now, in the words and units of the price book. */
export interface FreshPrice {
  readonly provider: Cloud;
  readonly product: string;
  /** A region's id, or `global`. */
  readonly region: string;
  readonly meter: Meter;
  readonly unit: string;
  /** USD per unit, a decimal string without trailing zeros. */
  readonly usd: string;
  /** Of a price in steps: units of a month from which this one counts, and up to which (absent: no end). */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What something that was read says, or the sentence why it is not believed. */
export type Believed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: string };

/** How a provider calls a meter of the book. */
export interface Known {
  readonly product: string;
  readonly meter: Meter;
  readonly unit: string;
  /** Its price may come in steps of use. */
  readonly stepped?: true | undefined;
}

/** Dearer than this per unit is no price of a container: a mistake in the payload, or another unit. */
const MOST_USD = 1_000;

/** Believes a payload's figure, or says in what it is no price. */
export function usdOf(figure: string | number | BigDecimal, what: string): Believed<string> {
  const text = figureText(figure);
  if (text === undefined || text.startsWith("-"))
    return no(`${what} costs ${JSON.stringify(figure)}, which is no price`);
  if (new BigDecimal(text).gt(MOST_USD)) return no(`${what} costs ${text} USD, more than any unit does`);
  return { ok: true, value: text };
}

/**
 * One price for each place and meter. Repeated figures are one; two different ones for the same thing are a doubt about all,
 * for nothing says which of them is charged.
 */
export function agreed(prices: readonly FreshPrice[]): Believed<readonly FreshPrice[]> {
  const seen = new Map<string, FreshPrice>();
  for (const price of prices) {
    const key = stepKey(price);
    const there = seen.get(key);
    if (there !== undefined && there.usd !== price.usd)
      return no(`${key} has two prices, ${there.usd} and ${price.usd} USD`);
    seen.set(key, price);
  }
  return { ok: true, value: [...seen.values()] };
}

/** How a row is named in reports and accepted by: `aci/westeurope/linux/cpu-second`. */
export function priceKey(price: {
  readonly provider: string;
  readonly region: string;
  readonly product: string;
  readonly meter: string;
}): string {
  return `${price.provider}/${price.region}/${price.product}/${price.meter}`;
}

/** The same for one step of a price: `aci/westeurope/egress/egress-gib+100`. The first step is named like the row. */
export function stepKey(
  price: Parameters<typeof priceKey>[0] & { readonly from?: string | undefined },
): string {
  const { from = "0" } = price;
  return from === "0" ? priceKey(price) : `${priceKey(price)}+${from}`;
}

/** A doubt, as a sentence. */
export function no(why: string): { readonly ok: false; readonly why: string } {
  return { ok: false, why };
}

function figureText(figure: string | number | BigDecimal): string | undefined {
  if (typeof figure === "string") return isDecimal(figure) ? new BigDecimal(figure).toFixed() : undefined;
  if (typeof figure === "number")
    return Number.isFinite(figure) ? new BigDecimal(figure).toFixed() : undefined;
  return figure.toFixed();
}
