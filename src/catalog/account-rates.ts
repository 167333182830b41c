import { type AccountRates, type Discount, isInForce } from "../domain/account-rates.ts";
import { committedAt } from "../domain/commitment-shares.ts";
import type { Offer, Price, PriceLine } from "../domain/offer.ts";
import { sum } from "../domain/money.ts";
import { COMMITTED_METERS, discountOn } from "../domain/paid-lines.ts";
import type { Provider } from "../domain/place.ts";
import type { PriceBook } from "./book.ts";
import { BigDecimal, decimalText } from "./decimal.ts";
import { HOURS_PER_MONTH } from "./quote-request.ts";
import { statedBook, withStated } from "./stated-rates.ts";

/** Rates of an account as they count now. */
export interface RatesNow {
  readonly rates: AccountRates;
  /** What commitments pay of others already, USD an hour after discounts by provider, without the workload that is priced. */
  readonly committedUsedUsdPerHour: Readonly<Partial<Record<Provider, string>>>;
  /** ISO day the rates were set. */
  readonly asOf: string;
  readonly now: number;
}

/**
 * The offer as this account would pay it: list prices stay as lines, and what is taken off them are lines of their own, so that both
 * can be seen. A discount takes its part off each line; then compute costs nothing more while a commitment has room, and list price
 * (less discounts) beyond it. The most it can cost has no commitment in it: others may come to use that. Offers without a price, and own
 * hosts, are as they were.
 */
export function applyAccountRates(offer: Offer, at: RatesNow): Offer {
  const { boundLines, ...rest } = offer;
  const { price, place } = rest;
  if (price === undefined || boundLines === undefined) return rest;
  const discounts = at.rates.discounts.filter(
    (one) => one.provider === place.provider && isInForce(one, at.now),
  );
  const pool = poolOf(place.provider, at);
  if (discounts.length === 0 && pool === undefined) return rest;
  const discounted = (lines: readonly PriceLine[]) => withDiscounts(lines, place.region, discounts, at.asOf);
  const paid = (lines: readonly PriceLine[]) => {
    const less = discounted(lines);
    return pool === undefined ? less : [...less, ...commitmentLines(less, pool, at.asOf)];
  };
  const lines = paid(price.lines);
  const effective: Price = {
    ...price,
    lines,
    expectedUsd: totalOf(lines),
    floorUsd: totalOf(paid(boundLines.floor)),
    ceilingUsd: totalOf(discounted(boundLines.ceiling)),
    ...(pool === undefined ? {} : { assumes: [...(price.assumes ?? []), pool.sentence] }),
  };
  return { ...rest, price: effective };
}

/** The book with the rates that the account states in place of its own, as they count now. */
export function bookAt(book: PriceBook, at: RatesNow | undefined): PriceBook {
  return at === undefined ? book : withStated(book, statedBook(at.rates.stated ?? [], at.now));
}

/** Whether a line of a price is what the account gets off, by a discount or a commitment, rather than a list price. */
export function isTakenOff({ source }: PriceLine): boolean {
  return source === DISCOUNT_SOURCE || source === COMMITMENT_SOURCE;
}

/** Whether a line of a price is what a commitment pays of it. */
export function isCommitment({ source }: PriceLine): boolean {
  return source === COMMITMENT_SOURCE;
}

const DISCOUNT_SOURCE = "the project's account rates";
const COMMITMENT_SOURCE = "the project's commitments";

interface Pool {
  /** USD a month that cost nothing more. */
  readonly leftUsd: BigDecimal;
  readonly sentence: string;
}

function poolOf(provider: Provider, { rates, committedUsedUsdPerHour, now }: RatesNow): Pool | undefined {
  const whole = new BigDecimal(committedAt(rates.commitments, provider, now));
  if (whole.eq(0)) return undefined;
  const left = whole.minus(committedUsedUsdPerHour[provider] ?? "0");
  const freeUsd = left.gt(0) ? left : ZERO;
  const sentence = `commitment: ${decimalText(freeUsd)} of ${decimalText(whole)} USD an hour on ${provider} are not in use yet, so compute costs nothing more up to there`;
  return { leftUsd: freeUsd.times(HOURS_PER_MONTH), sentence };
}

function withDiscounts(
  lines: readonly PriceLine[],
  region: string,
  discounts: readonly Discount[],
  asOf: string,
): readonly PriceLine[] {
  const off = lines.flatMap((line) => {
    const discount = discountOn(discounts, line.meter, region);
    return discount === undefined ? [] : [discountLine(line, discount, asOf)];
  });
  return [...lines, ...off];
}

function discountLine(
  line: PriceLine,
  { percent, provider, meter, region }: Discount,
  asOf: string,
): PriceLine {
  const share = new BigDecimal(percent).div(-100);
  const what = [provider, region, meter].filter((part) => part !== undefined).join(" ");
  return {
    ...line,
    quantity: decimalText(new BigDecimal(line.quantity).times(share)),
    usd: decimalText(new BigDecimal(line.usd).times(share)),
    asOf,
    source: DISCOUNT_SOURCE,
    note: `${new BigDecimal(percent).toFixed()} % off ${what}`,
  };
}

/** Takes off what the pool still has room for, from each compute meter in its proportion; all of it when all of it fits. */
function commitmentLines(lines: readonly PriceLine[], { leftUsd }: Pool, asOf: string): readonly PriceLine[] {
  const groups = Map.groupBy(
    lines.filter(({ meter }) => COMMITTED_METERS.has(meter)),
    ({ meter, unit, rateUsd, rateId }) => [meter, unit, rateUsd, rateId].join("|"),
  );
  const nets = [...groups.values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [netOf(first, more)],
  );
  const whole = nets.reduce((all, { usd }) => all.plus(usd), ZERO);
  if (whole.lte(0) || leftUsd.lte(0)) return [];
  const covered = whole.lte(leftUsd) ? ONE : leftUsd.div(whole);
  return nets.map(({ line, quantity, usd }) => ({
    ...line,
    quantity: decimalText(quantity.times(covered).times(-1)),
    usd: decimalText(usd.times(covered).times(-1)),
    asOf,
    source: COMMITMENT_SOURCE,
    note: "paid for already under a commitment",
  }));
}

function netOf(line: PriceLine, more: readonly PriceLine[]) {
  const all = [line, ...more];
  const total = (of: (one: PriceLine) => string) => all.reduce((net, one) => net.plus(of(one)), ZERO);
  return { line, quantity: total(({ quantity }) => quantity), usd: total(({ usd }) => usd) };
}

const ZERO = new BigDecimal(0);
const ONE = new BigDecimal(1);

const totalOf = (lines: readonly PriceLine[]): string => sum(lines.map(({ usd }) => usd));
