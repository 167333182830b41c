import { Big } from "big.js";
import { billedMeter } from "../../catalog/billed-meter.ts";
import { CHARGE_CATEGORIES, type ChargeCategory } from "../../domain/bill.ts";
import type { FocusColumns } from "./focus-columns.ts";
import { type Marks, whoseCharge } from "./mark-of-charge.ts";

/** Which charges are looked for. */
export interface Sought extends Marks {
  /** SubAccountId of the target, in lower case; undefined takes every account's. */
  readonly account: string | undefined;
  /** The first moment that is too young for a bill, ms: charges of such days are still being added to. */
  readonly settledBefore: number;
}

/** Why a row is not part of the bill. */
export const NOT_TAKEN = {
  "other-account": "another account's",
  "other-currency": "not in USD: only bills in USD can be held against prices in USD",
  "other-month": "of another month",
  "not-settled": "of the last two days, which the provider still adds to: import again later",
  unmarked: "carry no mark of Berth: not stored",
  "other-installation": "marked by another installation of Berth",
  "other-project": "of another project",
} as const;
export type NotTaken = keyof typeof NOT_TAKEN;

/** One row of a bill, read. */
export interface Charge {
  /** `2026-10`: the month it is billed in. */
  readonly month: string;
  /** Midnight UTC of the day it is for, ms. */
  readonly day: number;
  readonly category: ChargeCategory;
  readonly effective: Big;
  readonly billed: Big;
  readonly list: Big;
  readonly whose: { readonly unit: string; readonly meter: string } | { readonly not: NotTaken };
}

/** A charge, a reason to pass the row by before it is read, or what is wrong with it. */
export type Reading = Charge | { readonly passed: NotTaken } | { readonly wrong: string };

const DAY_MS = 86_400_000;
/** Names of meters that the API takes. */
const MAX_METER_CHARACTERS = 120;

/** Reads one row (FOCUS 1.0: the columns' data types and allowed values). `month` undefined takes any. */
export function readCharge(
  row: readonly string[],
  columns: FocusColumns,
  sought: Sought,
  month: string | undefined,
): Reading {
  if (row.length !== columns.count)
    return { wrong: `has ${row.length} fields, and the header ${columns.count}` };
  const text = (column: Exclude<keyof FocusColumns, "count">): string => row[columns[column]] ?? "";
  const account = accountIn(text("SubAccountId"));
  if (sought.account !== undefined && account !== "" && account !== sought.account)
    return { passed: "other-account" };
  const billedIn = monthIn(text("BillingPeriodStart"));
  if (billedIn === undefined) return { wrong: "has no BillingPeriodStart that is a time" };
  if (month !== undefined && billedIn !== month) return { passed: "other-month" };
  const day = dayIn(text("ChargePeriodStart"));
  if (day === undefined) return { wrong: "has no ChargePeriodStart that is a time" };
  if (day + DAY_MS > sought.settledBefore) return { passed: "not-settled" };
  if (text("BillingCurrency").toUpperCase() !== "USD") return { passed: "other-currency" };
  const category = CHARGE_CATEGORIES.find((known) => known === text("ChargeCategory").toLowerCase());
  if (category === undefined)
    return { wrong: `has the ChargeCategory ${JSON.stringify(text("ChargeCategory"))}` };
  const [effective, billed] = [amountIn(text("EffectiveCost")), amountIn(text("BilledCost"))];
  const list = text("ListCost") === "" ? NOTHING : amountIn(text("ListCost"));
  if (effective === undefined || billed === undefined || list === undefined)
    return { wrong: "has a cost that is no number" };
  const whose = whoseCharge(text("Tags"), text("ResourceId"), sought);
  const amounts = { month: billedIn, day, category, effective, billed, list };
  return "not" in whose ? { ...amounts, whose } : { ...amounts, whose: { ...whose, meter: meterOf(text) } };
}

const NOTHING = new Big(0);

// AWS has the account's digits, Azure `/subscriptions/<id>`, Google the project's id.
const accountIn = (text: string): string => text.slice(text.lastIndexOf("/") + 1).toLowerCase();

function meterOf(text: (column: Exclude<keyof FocusColumns, "count">) => string): string {
  for (const column of ["x_UsageType", "SkuMeter", "x_SkuMeterName", "x_SkuDescription"] as const) {
    const meter = billedMeter(text(column));
    if (meter !== undefined) return meter;
  }
  return text("ServiceName").slice(0, MAX_METER_CHARACTERS) || "(none)";
}

// ISO 8601 in UTC (FOCUS 1.0, Date/Time Format). Azure's 1.0 leaves the seconds out, AWS adds thousandths, BigQuery writes ` UTC`.
const TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?(?:Z|UTC|\+00:00))?)?$/;

function monthIn(text: string): string | undefined {
  return TIME.exec(text)?.[1]?.slice(0, "2026-10".length);
}

function dayIn(text: string): number | undefined {
  const day = TIME.exec(text)?.[1];
  const at = day === undefined ? Number.NaN : Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) ? undefined : at;
}

// FOCUS 1.0 wants no exponents and no plus (Numeric Format); exports made of doubles have them all the same.
const AMOUNT = /^\+?(-?(?:\d{1,12}(?:\.\d{1,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,2})?)$/;
/** USD: more is no bill's, and not what the API takes. */
const MOST = new Big("1e12");

function amountIn(text: string): Big | undefined {
  const digits = AMOUNT.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const amount = new Big(digits);
  return amount.abs().lt(MOST) ? amount : undefined;
}
