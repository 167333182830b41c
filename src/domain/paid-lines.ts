import { Big as AnyBig } from "big.js";
import type { Discount, Paying } from "./account-rates.ts";
import type { TermLine } from "./ledger.ts";
import type { Decimal } from "./money.ts";
import { isHourly } from "./spend.ts";

/** What commitments are for: the vendors' own cover compute (AWS Compute Savings Plans, Azure savings plans, Google's CUDs), not traffic, addresses, storage or logs. */
export const COMMITTED_METERS: ReadonlySet<string> = new Set([
  "cpu-second",
  "memory-gib-second",
  "idle-cpu-second",
  "idle-memory-gib-second",
  "request",
]);

/** Rows of what a commitment pays have the number of their line and this: more than any unit has lines. */
const COVERED_LINES = 1_000;

/** Whether a row of the ledger is what a commitment pays of a line: it costs nothing more, and has its list price beside. */
export function isCovered(row: { readonly line: number }): boolean {
  return row.line >= COVERED_LINES;
}

/** The number of the price line that a row is of. */
export function lineOf(row: { readonly line: number }): number {
  return row.line % COVERED_LINES;
}

/** The discount that names most of a line; among equals the larger. */
export function discountOn(
  discounts: readonly Discount[],
  meter: string,
  region: string,
): Discount | undefined {
  return discounts
    .filter((one) => (one.meter ?? meter) === meter && (one.region ?? region) === region)
    .toSorted((a, b) => namedBy(b) - namedBy(a) || new Exact(b.percent).cmp(a.percent))[0];
}

/** A list price less the discount on it, exactly; USD of the same unit. `discounts` are those of its provider. */
export function netUsd(
  { meter, listUsd }: Pick<TermLine, "meter" | "listUsd">,
  discounts: readonly Discount[],
  region: string,
): Decimal {
  const discount = discountOn(discounts, meter, region);
  if (discount === undefined) return listUsd;
  const left = new Exact(WHOLE_PERCENT).minus(discount.percent).times(ONE_PERCENT);
  return new Exact(listUsd).times(left).toFixed();
}

type Used = Pick<TermLine, "meter" | "perSecond" | "measure" | "listUsd">;

/** What of these lines a commitment could pay: compute after discounts, USD an hour, exactly. `perSecond` is of all replicas. */
export function committedUsdPerHour(
  lines: readonly Used[],
  discounts: readonly Discount[],
  region: string,
): Decimal {
  return lines
    .filter(({ meter }) => COMMITTED_METERS.has(meter))
    .reduce((all, line) => all.plus(hourly(line).times(netUsd(line, discounts, region))), new Exact(0))
    .toFixed();
}

/**
 * Lines as this account pays them: at their price after discounts, and what commitments pay of them as lines of their own that cost
 * nothing, each meter in its proportion. Both together are the whole of each line, and none is below nothing. Pure.
 */
export function paidLines<Line extends TermLine>(
  lines: readonly Line[],
  { discounts, coveredUsdPerHour }: Paying,
  region: string,
): readonly { readonly number: number; readonly line: Line }[] {
  const whole = committedUsdPerHour(lines, discounts, region);
  return lines.flatMap((line, number) => {
    // What an account gets off was once among the lines of a unit.
    if (line.perSecond.startsWith("-")) return [];
    const covered = COMMITTED_METERS.has(line.meter) ? partOf(line.perSecond, coveredUsdPerHour, whole) : "0";
    const rest = new Exact(line.perSecond).minus(covered).toFixed();
    const contractedUsd = netUsd(line, discounts, region);
    const paid = { ...line, perSecond: covered, effectiveUsd: "0", contractedUsd };
    return [
      { number, line: { ...line, perSecond: rest, effectiveUsd: contractedUsd } },
      { number: number + COVERED_LINES, line: paid },
    ].filter((one) => one.line.perSecond !== "0");
  });
}

/** Places of a quantity by the second: finer than any meter counts. What is divided is rounded down, so that parts never exceed the whole. */
const PLACES = 18;
const Exact = AnyBig();
Exact.DP = PLACES;
Exact.RM = Exact.roundDown;
const WHOLE_PERCENT = 100;
const ONE_PERCENT = "0.01";
const SECONDS_PER_HOUR = 3_600;
const METER_WEIGHT = 2;

const namedBy = ({ meter, region }: Discount): number =>
  (meter === undefined ? 0 : METER_WEIGHT) + (region === undefined ? 0 : 1);

// What counts by the hour says per second how much of it runs; anything else, how much is used.
const hourly = ({ perSecond, measure }: Used): AnyBig =>
  new Exact(perSecond).times(isHourly(measure) ? 1 : SECONDS_PER_HOUR);

function partOf(perSecond: Decimal, covered: Decimal, whole: Decimal): Decimal {
  if (new Exact(covered).lte(0)) return "0";
  return new Exact(covered).gte(whole) ? perSecond : new Exact(perSecond).times(covered).div(whole).toFixed();
}
