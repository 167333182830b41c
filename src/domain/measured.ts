import type { Needs } from "./needs.ts";
import { DAY_MS, dayOf, type TrafficDay } from "./traffic.ts";

/** What a workload's traffic of late comes to in a month, in figures that change once a day at most. */
export interface Measured {
  /** Whole days it was counted over. */
  readonly days: number;
  readonly requestsPerMonth: number;
  /** Of one request, on average. */
  readonly requestMs: number;
  /** Absent where a gateway could not count bytes. */
  readonly egressGiBPerMonth?: number | undefined;
}

/** Days looked back at, today left out: a day that is not over would make each look another figure. */
const WINDOW_DAYS = 7;
/** A month of 730 h, as prices count it. */
const DAYS_A_MONTH = 730 / 24;
const GIB = 2 ** 30;
/** Figures are rounded to so many digits: a forecast is no more exact, and plans need not change for less. */
const DIGITS = 2;

/** The days that count now for a workload that is there since `createdAt`: from and until, midnights (UTC); undefined before its first whole day is over. */
export function measuredWindow(
  createdAt: number,
  now: number,
): { readonly from: number; readonly until: number } | undefined {
  const until = dayOf(now);
  const from = Math.max(until - WINDOW_DAYS * DAY_MS, dayOf(createdAt - 1) + DAY_MS);
  return from < until ? { from, until } : undefined;
}

/** What the days of a window come to; a day without a row carried nothing. Undefined when nothing was carried at all. */
export function measuredOf(
  rows: readonly TrafficDay[],
  { from, until }: { readonly from: number; readonly until: number },
): Measured | undefined {
  const days = (until - from) / DAY_MS;
  const requests = rows.reduce((sum, row) => sum + row.requests, 0);
  if (requests === 0) return undefined;
  const requestMs = rows.reduce((sum, row) => sum + row.requestMs, 0) / requests;
  const aMonth = (total: number) => rounded((total / days) * DAYS_A_MONTH);
  const bytes = rows.reduce<number | null>(
    (sum, { egressBytes }) => (sum === null || egressBytes === null ? null : sum + egressBytes),
    0,
  );
  return {
    days,
    requestsPerMonth: Math.round(aMonth(requests)),
    requestMs: Math.round(rounded(requestMs)),
    ...(bytes === null ? {} : { egressGiBPerMonth: aMonth(bytes / GIB) }),
  };
}

/** The needs with the greater of hint and measure in each field of `usage`, and a sentence for each field that was measured. */
export function withMeasured(needs: Needs, measured: Measured | undefined): Needs {
  if (measured === undefined) return needs;
  const { days, ...figures } = measured;
  const won = FIELDS.filter((field) => (figures[field] ?? 0) > (needs.usage[field] ?? 0));
  if (won.length === 0) return needs;
  const usage = Object.fromEntries(won.map((field) => [field, figures[field]]));
  const over = days === 1 ? "yesterday" : `over the last ${days} days`;
  return {
    ...needs,
    usage: { ...needs.usage, ...usage },
    measured: won.map((field) => `usage.${field}: ${String(figures[field])}, measured ${over}`),
  };
}

const FIELDS = ["requestsPerMonth", "requestMs", "egressGiBPerMonth"] as const;
const rounded = (value: number): number => Number(value.toPrecision(DIGITS));
