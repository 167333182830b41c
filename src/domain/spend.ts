import type { LedgerRow } from "./ledger.ts";

/**
 * Money of a ledger as whole millionths of a millionth of a dollar. Sums of many rows stay exact and quick, and the edge,
 * which carries no package for decimals, can add them up, too.
 */
export type Pico = bigint;

/** Decimal places of a `Pico`. */
const PLACES = 12;
const DAY_MS = 86_400_000;
const SECONDS_PER_HOUR = 3_600n;
const MS_PER_SECOND = 1_000n;

/** What one row cost on one UTC day, up to `until` where it goes on: rounded once, here, so that every grouping adds up to the same. */
export interface DaySpend {
  /** Midnight UTC, ms. */
  readonly day: number;
  readonly effective: Pico;
  readonly list: Pico;
  /** How much of the meter ran or was used, in 10^-12 of the row's measure. */
  readonly quantity: Pico;
}

/** A row cut into UTC days, those that touch [from, to). An open row counts up to `until`. */
export function daysOf(
  row: LedgerRow,
  range: { readonly from: number; readonly to: number; readonly until: number },
): readonly DaySpend[] {
  const begin = Math.max(row.from, range.from);
  const end = Math.min(row.to ?? range.until, range.to);
  const rates = {
    amount: parts(row.perSecond),
    effective: parts(row.effectiveUsd),
    list: parts(row.listUsd),
  };
  const hours = isHourly(row.measure) ? SECONDS_PER_HOUR : 1n;
  const days: DaySpend[] = [];
  for (let at = begin; at < end; at = startOfDay(at) + DAY_MS) {
    const ms = BigInt(Math.min(end, startOfDay(at) + DAY_MS) - at);
    const used = { digits: rates.amount.digits * ms, scale: rates.amount.scale };
    const of = (rate: Parts) =>
      toPico(used.digits * rate.digits, used.scale + rate.scale, MS_PER_SECOND * hours);
    days.push({
      day: startOfDay(at),
      effective: of(rates.effective),
      list: of(rates.list),
      quantity: toPico(used.digits, used.scale, MS_PER_SECOND * hours),
    });
  }
  return days;
}

/** Midnight UTC of the day an instant falls on, ms. */
export function startOfDay(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}

/** A pico amount as a plain decimal: `1500000000000n` is `"1.5"`. */
export function picoText(amount: Pico): string {
  const size = amount < 0n ? -amount : amount;
  const text = size.toString().padStart(PLACES + 1, "0");
  const whole = text.slice(0, -PLACES);
  const rest = text.slice(-PLACES).replace(/0+$/, "");
  return `${amount < 0n ? "-" : ""}${whole}${rest === "" ? "" : `.${rest}`}`;
}

/** A plain decimal as a pico amount, rounded half away from zero. */
export function picoOf(decimal: string): Pico {
  const { digits, scale } = parts(decimal);
  return toPico(digits, scale, 1n);
}

/** amount x numerator / denominator, rounded half away from zero. */
export function shareOf(amount: Pico, numerator: bigint, denominator: bigint): Pico {
  return rounded(amount * numerator, denominator);
}

interface Parts {
  readonly digits: bigint;
  readonly scale: number;
}

function parts(decimal: string): Parts {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}

function toPico(digits: bigint, scale: number, divisor: bigint): Pico {
  const up = digits * 10n ** BigInt(PLACES);
  return rounded(up, divisor * 10n ** BigInt(scale));
}

function rounded(numerator: bigint, denominator: bigint): bigint {
  const [n, d] = denominator < 0n ? [-numerator, -denominator] : [numerator, denominator];
  const half = d / 2n;
  return n >= 0n ? (n + half) / d : -((-n + half) / d);
}

/** Whether a rate counts hours: `vCPU-hour`, `hour`. */
export function isHourly(measure: string): boolean {
  return measure === "hour" || measure.endsWith("-hour");
}
