import type { BilledCost } from "../domain/bill.ts";
import type { LedgerPlace, ReadLedgerRow } from "../domain/ledger.ts";
import { isCovered } from "../domain/paid-lines.ts";
import { daysOf, type DaySpend, picoText } from "../domain/spend.ts";
import { type BillsRead, coverOf } from "./cost-bills.ts";
import type { CostRange } from "./cost-groups.ts";
import { monthOf } from "./months.ts";

type Whose = Pick<ReadLedgerRow, "environment" | "workload" | "unit" | "meter" | "labels"> & LedgerPlace;

/** One line of an export: what something came to on one day, as metered or as billed. Amounts are decimals, USD; empty is null. */
export interface Charge extends Whose {
  /** Midnight UTC, ms. */
  readonly day: number;
  /** First moments of the month it is billed in, and of the next, ms. */
  readonly month: { readonly from: number; readonly to: number };
  readonly basis: string;
  readonly part: string;
  /** FOCUS 1.2: ChargeCategory, ChargeClass and PricingCategory. */
  readonly category: string;
  readonly chargeClass: string;
  readonly pricing: "Standard" | "Dynamic" | "Committed" | "";
  readonly billedUsd: string;
  /** At the price after discounts, whether a commitment pays it or not. */
  readonly contractedUsd: string;
  /** With what was paid beforehand for it. */
  readonly effectiveUsd: string;
  readonly listUsd: string;
  /** What the ledger counts, and budgets with it: nothing where a commitment pays. */
  readonly meteredUsd: string;
  /** What a bill has for it with what was paid beforehand; empty for what was metered. */
  readonly billedEffectiveUsd: string;
  /** Bills are added up over rates, so that what was billed is one charge of its price. */
  readonly quantity: string;
  readonly measure: string;
  readonly contractedRate: string;
  readonly listRate: string;
  readonly rateId: string;
}

/**
 * Every charge of every day. No amount is in two of them: what was metered keeps its effective cost, and is billed only where and when no
 * bill covers it; what a bill has of it is billed, and has no other cost. What bills have beyond usage has all costs alike.
 */
export function* chargesOf(
  rows: readonly ReadLedgerRow[],
  billed: BillsRead,
  range: CostRange,
): Generator<Charge, void> {
  const covers = coverOf(billed.bills);
  for (const row of rows) {
    const at = { ...row, effectiveUsd: contractedRate(row) };
    for (const day of daysOf(at, range)) yield meteredCharge(row, day, covers(row, day.day));
  }
  for (const row of billed.rows) yield billedCharge(row, covers(row, row.day));
}

// What a commitment pays costs nothing more; what it would have cost is known beside.
function contractedRate({ contractedUsd, effectiveUsd }: ReadLedgerRow): string {
  return contractedUsd ?? effectiveUsd;
}

function meteredCharge(row: ReadLedgerRow, day: DaySpend, billed: boolean): Charge {
  const contractedUsd = picoText(day.effective);
  const committed = isCovered(row);
  const meteredUsd = committed ? "0" : contractedUsd;
  const charge: Charge = {
    ...whoseAndWhere(row),
    day: day.day,
    month: monthOf(day.day),
    basis: row.basis,
    part: row.part,
    category: "Usage",
    chargeClass: "",
    pricing: committed ? "Committed" : isSpot(row) ? "Dynamic" : "Standard",
    billedUsd: billed ? "0" : meteredUsd,
    contractedUsd,
    effectiveUsd: contractedUsd,
    listUsd: picoText(day.list),
    meteredUsd,
    billedEffectiveUsd: "",
    quantity: picoText(day.quantity),
    measure: row.measure,
    contractedRate: contractedRate(row),
    listRate: row.listUsd,
    rateId: row.rateId ?? "",
  };
  return row.perSecond.startsWith("-") ? takenOff(charge) : charge;
}

/** Rates of Spot are those of products whose names begin so. */
const SPOT = "spot-";
const isSpot = ({ rateId }: ReadLedgerRow): boolean => rateId?.split("/")[2]?.startsWith(SPOT) === true;

// Discounts and commitments were once rows of their own, with less than nothing in them. They have no list price.
function takenOff(charge: Charge): Charge {
  const nothing = { quantity: "", measure: "", contractedRate: "", listRate: "0" };
  return { ...charge, ...nothing, category: "Credit", pricing: "" };
}

function billedCharge(row: BilledCost, covered: boolean): Charge {
  const month = monthOf(Date.parse(`${row.month}-01T00:00:00Z`));
  const correction = row.day < month.from;
  // Usage of a day that no bill covers has nothing to be held against: the costs by group have it so, too.
  const loose = row.category === "usage" && !covered && !correction;
  const usage = row.category === "usage" && covered;
  const category = loose ? "adjustment" : row.category;
  const priced = category === "usage" || category === "purchase";
  return {
    ...whoseAndWhere(row),
    day: row.day,
    month,
    basis: "billed",
    part: "bill",
    category: category.charAt(0).toUpperCase() + category.slice(1),
    chargeClass: correction ? "Correction" : "",
    ...(priced ? oneCharge(usage ? "0" : row.billedUsd) : NO_PRICE),
    ...costs(usage ? "0" : row.billedUsd),
    billedUsd: row.billedUsd,
    meteredUsd: "0",
    billedEffectiveUsd: row.effectiveUsd,
    rateId: "",
  };
}

type Priced = Pick<Charge, "pricing" | "quantity" | "measure" | "contractedRate" | "listRate">;

// A price is never below nothing: what is given back is one charge less.
function oneCharge(usd: string): Priced {
  const back = usd.startsWith("-");
  const rate = back ? usd.slice(1) : usd;
  const quantity = back ? "-1" : "1";
  return { pricing: "Standard", quantity, measure: "charge", contractedRate: rate, listRate: rate };
}

const NO_PRICE: Priced = { pricing: "", quantity: "", measure: "", contractedRate: "", listRate: "" };

const costs = (usd: string): Pick<Charge, "contractedUsd" | "effectiveUsd" | "listUsd"> => ({
  contractedUsd: usd,
  effectiveUsd: usd,
  listUsd: usd,
});

function whoseAndWhere(row: Whose): Whose {
  const { provider, target, region, environment, workload, unit, meter, labels } = row;
  return { provider, target, region, environment, workload, unit, meter, labels };
}
