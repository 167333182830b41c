import type { Problem } from "../domain/fault.ts";
import { Fault } from "../domain/fault.ts";
import { sum } from "../domain/money.ts";
import type { PriceLine, Shape } from "../domain/offer.ts";
import type { PriceBook } from "./book.ts";
import { freeLines } from "./free-lines.ts";
import { meterQuantities } from "./meter-quantities.ts";
import type { Meter } from "./meters.ts";
import { notPricedSentences } from "./not-priced.ts";
import { knownUpTo, priceLines } from "./price-lines.ts";
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
    throw problemsFault(refusals.map(({ pointer = "/resources", message }) => ({ pointer, message })));
  const charged: PriceLine[] = [];
  const unknown: Meter[] = [];
  for (const quantity of meterQuantities(request, shape)) {
    const lines = priceLines(request, quantity, book);
    if (lines !== undefined) charged.push(...lines);
    else if (!unknown.includes(quantity.meter)) unknown.push(quantity.meter);
  }
  const reach = (meter: Meter) => ({ meter, knownUpTo: knownUpTo(request, meter, book) });
  const lines = [...charged, ...freeLines(request, charged, book)];
  return {
    totalUsd: sum(lines.map(({ usd }) => usd)),
    lines,
    notPriced: notPricedSentences(request, unknown.map(reach), new Set(lines.map(({ meter }) => meter))),
    unknown,
    shape,
  };
}

const problemsFault = (problems: readonly Problem[]): Fault =>
  new Fault("invalid-body", problems.map(({ message }) => message).join("; "), { problems });
