import { isoDay } from "../domain/iso-day.ts";
import type { LedgerRow, ReadLedgerRow } from "../domain/ledger.ts";
import { daysOf, type DaySpend, type Pico, picoText } from "../domain/spend.ts";
import {
  addBills,
  type BilledSpend,
  billedView,
  type BillsRead,
  coverOf,
  NO_BILLS,
  spendBilled,
  spendCompared,
} from "./cost-bills.ts";

/** By what costs can be grouped; `label:<key>` besides. */
export const COST_DIMENSIONS = [
  "day",
  "project",
  "environment",
  "workload",
  "target",
  "provider",
  "region",
  "meter",
] as const;
export type CostDimension = (typeof COST_DIMENSIONS)[number] | `label:${string}`;

/** Amounts of one group. `list` is what the published prices come to; `metered` and `estimated` add up to `effective`. */
export interface Spend {
  readonly effective: Pico;
  readonly list: Pico;
  readonly metered: Pico;
  readonly estimated: Pico;
  /** Beside them, and in none of them: what bills say of the group, where any does. */
  readonly bill?: BilledSpend | undefined;
}

export interface CostGroup extends Spend {
  readonly key: string;
}

/** [from, to) in ms at midnight UTC, and until when rows that go on count. */
export interface CostRange {
  readonly from: number;
  readonly to: number;
  readonly until: number;
}

/**
 * What the rows cost, by group in order of key, with what bills say beside it. Every grouping of the same rows adds up to the same total,
 * exactly.
 */
export function groupCosts(
  rows: readonly ReadLedgerRow[],
  range: CostRange,
  dimension: CostDimension,
  billed: BillsRead = NO_BILLS,
): readonly CostGroup[] {
  const groups = new Map<string, Spend>();
  const add = (key: string, spend: Spend) => void groups.set(key, plus(groups.get(key) ?? NOTHING, spend));
  const covers = coverOf(billed.bills);
  for (const row of rows)
    for (const spend of daysOf(row, range)) {
      const covered = covers(row, spend.day);
      add(groupKey(row, spend.day, dimension), spendOf(row, spend, covered));
    }
  for (const row of billed.rows)
    add(groupKey(row, row.day, dimension), { ...NOTHING, bill: spendBilled(row, covers(row, row.day)) });
  return [...groups]
    .map(([key, spend]) => ({ key, ...spend }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/** The sum of some amounts. */
export function totalOf(amounts: readonly Spend[]): Spend {
  return amounts.reduce(plus, NOTHING);
}

/** Amounts as the API shows them: USD, plain decimals. Those of bills only where there is one. */
export function spendView({ effective, list, metered, estimated, bill }: Spend) {
  return {
    usd: picoText(effective),
    listUsd: picoText(list),
    meteredUsd: picoText(metered),
    estimatedUsd: picoText(estimated),
    ...(bill === undefined ? {} : billedView(bill)),
  };
}

/** What is grouped under, where a row says nothing. */
export const NONE = "(none)";

const NOTHING: Spend = { effective: 0n, list: 0n, metered: 0n, estimated: 0n };

type Grouped = Pick<LedgerRow, (typeof COST_DIMENSIONS)[number] & keyof LedgerRow> &
  Pick<LedgerRow, "labels">;

function groupKey(row: Grouped, day: number, dimension: CostDimension): string {
  switch (dimension) {
    case "day":
      return isoDay(day);
    case "workload":
      return `${row.environment}/${row.workload}`;
    case "project":
    case "environment":
    case "provider":
    case "region":
    case "meter":
      return row[dimension];
    case "target":
      return row.target ?? NONE;
    default:
      return row.labels[dimension.slice("label:".length)] ?? NONE;
  }
}

function spendOf({ basis }: LedgerRow, { effective, list }: DaySpend, covered: boolean): Spend {
  const estimated = basis === "estimated" ? effective : 0n;
  const amounts = { effective, list, metered: effective - estimated, estimated };
  return covered ? { ...amounts, bill: spendCompared(effective) } : amounts;
}

function plus(a: Spend, b: Spend): Spend {
  return {
    effective: a.effective + b.effective,
    list: a.list + b.list,
    metered: a.metered + b.metered,
    estimated: a.estimated + b.estimated,
    bill: a.bill === undefined || b.bill === undefined ? (a.bill ?? b.bill) : addBills(a.bill, b.bill),
  };
}
