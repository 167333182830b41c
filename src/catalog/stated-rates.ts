import type { StatedRate } from "../domain/account-rates.ts";
import { isoDay } from "../domain/iso-day.ts";
import { laidOver, makeBook, type PriceBook, type PriceCard, type Rate, tiersOf } from "./book.ts";
import { METER_UNITS, METERS, type Meter } from "./meters.ts";
import { rateKeyOf } from "./product-of.ts";

/** What the source of a stated rate begins with; who stated it comes after. */
const STATED = "stated by the account";

/**
 * The rates that an account states and that count at `now`, as a book of its own without regions: what is laid over the book in force,
 * and what the ledger names. Undefined when none counts. The same rates in force make the same book, whenever it is made.
 */
export function statedBook(stated: readonly StatedRate[], now: number): PriceBook | undefined {
  const counting = stated.filter(({ until }) => until === undefined || now < until);
  if (counting.length === 0) return undefined;
  const newest = Math.max(...counting.map(({ at }) => at));
  return makeBook(isoDay(newest), counting.map(cardOf), []);
}

/** The book with stated rates in place of its own; each that replaces a figure says which. */
export function withStated(book: PriceBook, stated: PriceBook | undefined): PriceBook {
  if (stated === undefined) return book;
  const cards = stated.cards.map((card) => beside(card, book));
  return laidOver(book, makeBook(stated.collected, cards, []));
}

/** Where a price stands that a stated rate is for: the product that a quote of the same arch, os, market and billing asks for. */
export function statedProduct(rate: Omit<StatedRate, "at" | "by" | "usd" | "unit">): string {
  const { provider, region, arch, os, spot, billing, gpu } = rate;
  const nothing = { milliCpu: 0, memoryMiB: 0 };
  const request = { provider, region, resources: nothing, arch, os, spot, billing };
  return rateKeyOf(
    gpu === undefined ? request : { ...request, gpu: { type: gpu, count: 1 } },
    meterNamed(rate.meter),
  ).product;
}

/** What a stated rate may be per: the meter's own unit, and for what is counted by the second also the hour, as vendors publish it. */
export function statedUnits(meter: Meter): readonly [string, ...string[]] {
  const unit = METER_UNITS[meter];
  return unit.endsWith(PER_SECOND) ? [unit, `${unit.slice(0, -PER_SECOND.length)}-hour`] : [unit];
}

const PER_SECOND = "-second";

function cardOf(rate: StatedRate): PriceCard {
  const { provider, region, usd, unit, note, at, by } = rate;
  return {
    provider,
    product: statedProduct(rate),
    meter: meterNamed(rate.meter),
    unit,
    asOf: isoDay(at),
    source: `${STATED} (${by})`,
    confidence: "stated",
    ...(note === undefined ? {} : { note }),
    usd: { [region]: usd },
  };
}

// What an account has for nothing is counted in units of the price that it comes with.
function beside(card: PriceCard, book: PriceBook): PriceCard {
  const { provider, product, meter, unit } = card;
  const [region = ""] = Object.keys(card.usd);
  const [own, ...steps] = tiersOf(book, { provider, product, region, meter });
  if (own === undefined) return card;
  const { freePerMonth } = own;
  const free = freePerMonth !== undefined && own.unit === unit ? { freePerMonth } : {};
  const notes = [card.note, insteadOf(own, steps)].filter((one) => one !== undefined);
  return { ...card, ...free, note: notes.join("; ") };
}

function insteadOf({ usd, unit, asOf }: Rate, steps: readonly Rate[]): string {
  const others = steps.length === 0 ? "" : ", and steps";
  return `instead of the price book's ${usd} per ${unit} of ${asOf}${others}`;
}

// The broker takes no other word.
function meterNamed(text: string): Meter {
  const meter = METERS.find((one) => one === text);
  if (meter === undefined) throw new TypeError(`a stated rate counts ${text}, which is no meter`);
  return meter;
}
