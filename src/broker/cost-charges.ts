import type { BilledCost } from "../domain/bill.ts";
import type { LedgerPlace, ReadLedgerRow } from "../domain/ledger.ts";
import { daysOf, type DaySpend, picoText } from "../domain/spend.ts";
import { type BillsRead, coverOf } from "./cost-bills.ts";
import type { CostRange } from "./cost-groups.ts";
import { monthOf } from "./months.ts";

type Whose = Pick<ReadLedgerRow, "environment" | "workload" | "unit" | "meter" | "labels"> & LedgerPlace;

/** One line of an export: what something came to on one day, as metered or as billed. Amounts are decimals, USD. */
export interface Charge extends Whose {
  /** Midnight UTC, ms. */
  readonly day: number;
  /** First moments of the month it is billed in, and of the next, ms. */
  readonly month: { readonly from: number; readonly to: number };
  readonly basis: string;
  readonly part: string;
  /** FOCUS 1.0, ChargeCategory and ChargeClass. */
  readonly category: string;
  readonly chargeClass: string;
  readonly billedUsd: string;
  readonly effectiveUsd: string;
  readonly listUsd: string;
  /** What a bill has for it with what was paid beforehand; empty for what was metered. */
  readonly billedEffectiveUsd: string;
  /** Empty for what was billed: bills are added up over rates. */
  readonly quantity: string;
  readonly measure: string;
  readonly effectiveRate: string;
  readonly listRate: string;
  readonly rateId: string;
}

/**
 * Every charge of every day. No amount is in two of them: what was metered keeps its effective cost, and is billed only where and when no
 * bill covers it; what a bill has is billed, and has no effective cost.
 */
export function* chargesOf(
  rows: readonly ReadLedgerRow[],
  billed: BillsRead,
  range: CostRange,
): Generator<Charge, void> {
  const covers = coverOf(billed.bills);
  for (const row of rows)
    for (const day of daysOf(row, range)) yield meteredCharge(row, day, covers(row, day.day));
  for (const row of billed.rows) yield billedCharge(row);
}

function meteredCharge(
  row: ReadLedgerRow,
  { day, effective, list, quantity }: DaySpend,
  covered: boolean,
): Charge {
  const { basis, part, measure } = row;
  return {
    ...whoseAndWhere(row),
    day,
    month: monthOf(day),
    basis,
    part,
    category: row.perSecond.startsWith("-") ? "Credit" : "Usage",
    chargeClass: "",
    billedUsd: covered ? "0" : picoText(effective),
    effectiveUsd: picoText(effective),
    listUsd: picoText(list),
    billedEffectiveUsd: "",
    quantity: picoText(quantity),
    measure,
    effectiveRate: row.effectiveUsd,
    listRate: row.listUsd,
    rateId: row.rateId ?? "",
  };
}

function billedCharge(row: BilledCost): Charge {
  const month = monthOf(Date.parse(`${row.month}-01T00:00:00Z`));
  return {
    ...whoseAndWhere(row),
    day: row.day,
    month,
    basis: "billed",
    part: "bill",
    category: row.category.charAt(0).toUpperCase() + row.category.slice(1),
    chargeClass: row.day < month.from ? "Correction" : "",
    billedUsd: row.billedUsd,
    effectiveUsd: "0",
    listUsd: "0",
    billedEffectiveUsd: row.effectiveUsd,
    quantity: "",
    measure: "",
    effectiveRate: "",
    listRate: "",
    rateId: "",
  };
}

function whoseAndWhere(row: Whose): Whose {
  const { provider, target, region, environment, workload, unit, meter, labels } = row;
  return { provider, target, region, environment, workload, unit, meter, labels };
}
