import { HOURS_PER_MONTH } from "../catalog/quote-request.ts";
import type { Reservation } from "../domain/budget.ts";
import type { ReadLedgerRow } from "../domain/ledger.ts";
import { daysOf, type Pico, picoOf, shareOf } from "../domain/spend.ts";
import type { Month } from "./months.ts";
import { isUsageMeter } from "./time-based.ts";

/** What a month will have cost when it ends: as things run now, and between which bounds. */
export interface Forecast {
  readonly spent: Pico;
  readonly expected: Pico;
  readonly low: Pico;
  readonly high: Pico;
}

/** How a forecast is made, for people. */
export const HOW_FORECAST =
  "Spent so far, and what runs now until the end of the month (UTC). The lower bound takes every workload at scale.min, the upper one at scale.max; requests and traffic go on as in the usage hint in all three.";

const MS_PER_PRICED_MONTH = BigInt(HOURS_PER_MONTH) * 3_600_000n;

/** The forecast of some rows and of the plans behind them. Pure. */
export function forecast(
  rows: readonly ReadLedgerRow[],
  reservations: readonly Reservation[],
  month: Month,
  now: number,
): Forecast {
  const left = { from: now, to: month.to, until: month.to };
  const past = { from: month.from, to: month.to, until: now };
  const open = rows.filter((row) => row.to === undefined);
  const spent = sum(rows.flatMap((row) => daysOf(row, past).map(({ effective }) => effective)));
  const ahead = (some: readonly ReadLedgerRow[]) =>
    sum(some.flatMap((row) => daysOf(row, left).map(({ effective }) => effective)));
  const usage = ahead(open.filter(({ meter }) => isUsageMeter(meter)));
  const remaining = BigInt(month.to - now);
  const bound = (of: (reservation: Reservation) => string) =>
    usage + sum(reservations.map((one) => shareOf(picoOf(of(one)), remaining, MS_PER_PRICED_MONTH)));
  const expected = spent + ahead(open);
  return {
    spent,
    expected,
    low: least(expected, spent + bound(({ floorUsd }) => floorUsd)),
    high: most(expected, spent + bound(({ ceilingUsd }) => ceilingUsd)),
  };
}

const sum = (amounts: readonly Pico[]): Pico => amounts.reduce((total, amount) => total + amount, 0n);
const least = (a: Pico, b: Pico): Pico => (a < b ? a : b);
const most = (a: Pico, b: Pico): Pico => (a > b ? a : b);
