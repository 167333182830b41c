import type { LedgerRow, ReadLedgerRow } from "../domain/ledger.ts";
import { daysOf, type DaySpend, type Pico, picoText } from "../domain/spend.ts";

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

/** Amounts of one group. `list` is what the published prices come to; the three others add up to `effective`. */
export interface Spend {
  readonly effective: Pico;
  readonly list: Pico;
  readonly metered: Pico;
  readonly estimated: Pico;
  readonly billed: Pico;
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

/** What the rows cost, by group in order of key. Every grouping of the same rows adds up to the same total, exactly. */
export function groupCosts(
  rows: readonly ReadLedgerRow[],
  range: CostRange,
  dimension: CostDimension,
): readonly CostGroup[] {
  const groups = new Map<string, Spend>();
  for (const row of rows)
    for (const spend of daysOf(row, range)) {
      const key = groupKey(row, spend, dimension);
      groups.set(key, plus(groups.get(key) ?? NOTHING, spendOf(row, spend)));
    }
  return [...groups]
    .map(([key, spend]) => ({ key, ...spend }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/** The sum of some amounts. */
export function totalOf(amounts: readonly Spend[]): Spend {
  return amounts.reduce(plus, NOTHING);
}

/** Amounts as the API shows them: USD, plain decimals. */
export function spendView({ effective, list, metered, estimated, billed }: Spend) {
  return {
    usd: picoText(effective),
    listUsd: picoText(list),
    meteredUsd: picoText(metered),
    estimatedUsd: picoText(estimated),
    billedUsd: picoText(billed),
  };
}

/** What is grouped under, where a row says nothing. */
export const NONE = "(none)";

const NOTHING: Spend = { effective: 0n, list: 0n, metered: 0n, estimated: 0n, billed: 0n };

function groupKey(row: LedgerRow, { day }: DaySpend, dimension: CostDimension): string {
  switch (dimension) {
    case "day":
      return new Date(day).toISOString().slice(0, "2026-11-22".length);
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

function spendOf({ basis }: LedgerRow, { effective, list }: DaySpend): Spend {
  return {
    effective,
    list,
    metered: basis === "metered" ? effective : 0n,
    estimated: basis === "estimated" ? effective : 0n,
    billed: basis === "billed" ? effective : 0n,
  };
}

function plus(a: Spend, b: Spend): Spend {
  return {
    effective: a.effective + b.effective,
    list: a.list + b.list,
    metered: a.metered + b.metered,
    estimated: a.estimated + b.estimated,
    billed: a.billed + b.billed,
  };
}
