import type { PriceLine } from "../domain/offer.ts";
import { type PriceBook, type Rate, rateOf, tiersOf } from "./book.ts";
import { BigDecimal, decimalText } from "./decimal.ts";
import type { Quantity } from "./meter-quantities.ts";
import { METER_UNITS, type Meter } from "./meters.ts";
import { freeProduct, onDemandKey, rateKeyOf } from "./product-of.ts";
import type { QuoteRequest } from "./quote-request.ts";
import { SECONDS_PER_HOUR } from "./run-time.ts";
import { beyond, inTiers, knownAmount } from "./tiers.ts";

/** The lines of one meter, or `undefined` when the price of any of it is not known. */
export function priceLines(
  request: QuoteRequest,
  quantity: Quantity,
  book: PriceBook,
): readonly PriceLine[] | undefined {
  const { meter, amount } = quantity;
  const own = request.rates?.[meter];
  if (own !== undefined) return givenLines(request, quantity, own, book);
  const tiers = listedTiers(request, meter, book);
  const [first] = tiers;
  if (first === undefined) return undefined;
  // The book keeps the vendor's own unit, so that its figure can be recognised on the vendor's page.
  const perHour = first.unit.endsWith("-hour") && meter.endsWith("-second");
  const units = perHour ? amount.div(SECONDS_PER_HOUR) : amount;
  const parts = inTiers(units, tiers, request.free === true);
  return parts?.map((part) =>
    rateLine(meter, part.amount, part.rate, [
      quantity.note,
      part.note,
      spotNote(request, meter, part.rate, book),
      part.rate.note,
    ]),
  );
}

/** Up to where the price of a meter is known, as "153600 GiB"; `undefined` where none of it is, or all of it. */
export function knownUpTo(request: QuoteRequest, meter: Meter, book: PriceBook): string | undefined {
  const tiers = listedTiers(request, meter, book);
  const amount = knownAmount(tiers, request.free === true);
  return amount === undefined ? undefined : `${decimalText(amount)} ${tiers[0]?.unit ?? METER_UNITS[meter]}`;
}

// Where an allowance stands beside a price, its tiers are counted from the allowance's end.
function listedTiers(request: QuoteRequest, meter: Meter, book: PriceBook): readonly Rate[] {
  const key = rateKeyOf(request, meter);
  const allowance = rateOf(book, { ...key, product: freeProduct(key.product) })?.freePerMonth;
  const listed = tiersOf(book, key);
  return request.free === true && allowance !== undefined ? beyond(listed, allowance) : listed;
}

/** One line at a rate of the book; `notes` that are absent or said already are left out. */
export function rateLine(
  meter: Meter,
  amount: BigDecimal,
  rate: Rate,
  notes: readonly (string | undefined)[],
): PriceLine {
  const said = [...new Set(notes.filter((note) => note !== undefined))].join("; ");
  return {
    meter,
    quantity: decimalText(amount),
    unit: rate.unit,
    rateUsd: rate.usd,
    usd: decimalText(amount.times(rate.usd)),
    asOf: rate.asOf,
    source: rate.source,
    rateId: rate.id,
    confidence: rate.confidence,
    ...(said === "" ? {} : { note: said }),
  };
}

/** What a source is called that is no row of the book. */
export const GIVEN = "given in the request";

/** Lines at a rate of the request; what the account has for nothing as the first tier of the book's price comes before. */
function givenLines(
  request: QuoteRequest,
  quantity: Quantity,
  rate: string | number,
  book: PriceBook,
): readonly PriceLine[] {
  const tiers = request.free === true ? tiersOf(book, rateKeyOf(request, quantity.meter)) : [];
  const [first] = inTiers(quantity.amount, tiers, true) ?? [];
  if (first === undefined || first.note === undefined) return [givenLine(quantity, rate, book.collected)];
  const rest = quantity.amount.minus(first.amount);
  const free = rateLine(quantity.meter, first.amount, first.rate, [first.note, first.rate.note]);
  return rest.gt(0) ? [free, givenLine({ ...quantity, amount: rest }, rate, book.collected)] : [free];
}

function givenLine({ meter, amount, note }: Quantity, rate: string | number, asOf: string): PriceLine {
  return {
    meter,
    quantity: decimalText(amount),
    unit: METER_UNITS[meter],
    rateUsd: new BigDecimal(rate).toFixed(),
    usd: decimalText(amount.times(rate)),
    asOf,
    source: GIVEN,
    ...(note === undefined ? {} : { note }),
  };
}

/** Spot is known as a share of the on-demand rate on a day, and is never a fixed price, unless the account has one. */
function spotNote(request: QuoteRequest, meter: Meter, rate: Rate, book: PriceBook): string | undefined {
  if (request.spot !== true || !SPOT_METERS.has(meter) || rate.confidence === "stated") return undefined;
  const full = rateOf(book, onDemandKey(request, meter));
  const share =
    full === undefined || new BigDecimal(full.usd).eq(0)
      ? ""
      : `, ${new BigDecimal(rate.usd).div(full.usd).times(100).toFixed(0)} % of on-demand`;
  return `Spot floats: as seen on ${rate.asOf}${share}`;
}

const SPOT_METERS: ReadonlySet<Meter> = new Set(["cpu-second", "memory-gib-second"]);
