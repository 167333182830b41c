import { Fault } from "../domain/fault.ts";
import type { PriceLine, Shape } from "../domain/offer.ts";
import { type PriceBook, type Rate, rateOf } from "./book.ts";
import { BigDecimal, decimalText } from "./decimal.ts";
import { meterQuantities, type Quantity } from "./meter-quantities.ts";
import type { Meter } from "./meters.ts";
import { notPricedSentences } from "./not-priced.ts";
import type { QuoteRequest } from "./quote-request.ts";
import { quotedShape } from "./quoted-shape.ts";

export interface Quote {
  /** Exactly the sum of the lines. */
  readonly totalUsd: string;
  readonly lines: readonly PriceLine[];
  /** What the total does not contain, each a sentence. */
  readonly notPriced: readonly string[];
  /** Meters that would be charged here and whose price nobody knows; with any, the total is no price of the whole. */
  readonly unknown: readonly Meter[];
  /** The size that is billed: the smallest one sold that holds what was asked. */
  readonly shape: Shape;
}

/**
 * What a shape costs in one place, line by line, from the book's rates or the request's own. Pure and decimal-exact.
 * Throws `Fault` invalid-body when no size that is sold holds the resources.
 */
export function quote(request: QuoteRequest, book: PriceBook): Quote {
  const { shape, refusals } = quotedShape(request);
  if (refusals.length > 0)
    throw new Fault("invalid-body", refusals.map(({ message }) => message).join("; "), {
      problems: refusals.map(({ pointer = "/resources", message }) => ({ pointer, message })),
    });
  const lines: PriceLine[] = [];
  const unknown: Meter[] = [];
  for (const quantity of meterQuantities(request, shape)) {
    const line = priceLine(request, quantity, book);
    if (line === undefined) unknown.push(quantity.meter);
    else lines.push(line);
  }
  const total = lines.reduce((sum, { usd }) => sum.plus(usd), new BigDecimal(0));
  return {
    totalUsd: total.toFixed(),
    lines,
    notPriced: notPricedSentences(request, unknown),
    unknown,
    shape,
  };
}

/** The product of the book that prices a request: which card's rates count. */
function productOf(request: Pick<QuoteRequest, "provider" | "billing" | "spot" | "arch">): string {
  const spot = request.spot === true ? "spot-" : "";
  if (request.provider === "ecs") return `${spot}linux-${request.arch ?? "amd64"}`;
  return request.provider === "aci" ? `${spot}linux` : (request.billing ?? "request");
}

const SECONDS_PER_HOUR = 3600;

function priceLine(request: QuoteRequest, quantity: Quantity, book: PriceBook): PriceLine | undefined {
  const { meter, amount } = quantity;
  const own = request.rates?.[meter];
  if (own !== undefined)
    return line(quantity, amount, {
      usd: new BigDecimal(own).toFixed(),
      unit: quantity.unit,
      asOf: book.collected,
      source: "given in the request",
    });
  const product = meter === "ephemeral-gib-second" ? "storage" : productOf(request);
  const rate = rateOf(book, { provider: request.provider, region: request.region, product, meter });
  // The book keeps the vendor's own unit, so that its figure can be recognised on the vendor's page.
  return rate && line(quantity, rate.unit.endsWith("-hour") ? amount.div(SECONDS_PER_HOUR) : amount, rate);
}

function line(
  { meter }: Quantity,
  amount: BigDecimal,
  rate: Pick<Rate, "usd" | "unit" | "asOf" | "source"> & Partial<Rate>,
): PriceLine {
  return {
    meter,
    quantity: decimalText(amount),
    unit: rate.unit,
    rateUsd: rate.usd,
    usd: decimalText(amount.times(rate.usd)),
    asOf: rate.asOf,
    source: rate.source,
    ...(rate.id === undefined ? {} : { rateId: rate.id }),
    ...(rate.confidence === undefined ? {} : { confidence: rate.confidence }),
  };
}
