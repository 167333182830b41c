import type { Bill, BilledCost, ChargeCategory } from "../domain/bill.ts";
import { type Pico, picoOf, picoText } from "../domain/spend.ts";

/** The bills in force that a question is about, and their lines. */
export interface BillsRead {
  readonly bills: readonly Bill[];
  readonly rows: readonly BilledCost[];
}
export const NO_BILLS: BillsRead = { bills: [], rows: [] };

/** What bills say of a group, and what was metered in the places and on the days that they cover. Never a part of what was metered. */
export interface BilledSpend {
  /** Usage, with what was paid beforehand for it. */
  readonly billed: Pico;
  /** What was metered there and then, estimates included. */
  readonly compared: Pico;
  /** Usage as it was invoiced. */
  readonly invoiced: Pico;
  readonly purchase: Pico;
  readonly tax: Pico;
  readonly credit: Pico;
  /** What the provider calls so, and corrections of days that no bill here covers. */
  readonly adjustment: Pico;
}

/** Whether a bill covers a day at a target; only what is covered is compared. */
export type Covers = (
  of: { readonly project: string; readonly target?: string | undefined },
  day: number,
) => boolean;

/** Which days of which targets these bills cover. */
export function coverOf(bills: readonly Bill[]): Covers {
  const byTarget = Map.groupBy(bills, keyOf);
  return (of, day) => {
    const mine = of.target === undefined ? undefined : byTarget.get(keyOf({ ...of, target: of.target }));
    return mine !== undefined && mine.some(({ from, to }) => day >= from && day < to);
  };
}

/** One line of a bill as an amount of its group. */
export function spendBilled(
  { category, effectiveUsd, billedUsd }: BilledCost,
  covered: boolean,
): BilledSpend {
  const invoiced = picoOf(billedUsd);
  // A correction of a day whose bill is not here has nothing to be held against.
  const as: ChargeCategory = category === "usage" && !covered ? "adjustment" : category;
  if (as === "usage") return { ...NO_BILL, billed: picoOf(effectiveUsd), invoiced };
  return { ...NO_BILL, [as]: invoiced };
}

/** What was metered where and when a bill covers it. */
export function spendCompared(effective: Pico): BilledSpend {
  return { ...NO_BILL, compared: effective };
}

/** The sum of two. */
export function addBills(a: BilledSpend, b: BilledSpend): BilledSpend {
  return {
    billed: a.billed + b.billed,
    compared: a.compared + b.compared,
    invoiced: a.invoiced + b.invoiced,
    purchase: a.purchase + b.purchase,
    tax: a.tax + b.tax,
    credit: a.credit + b.credit,
    adjustment: a.adjustment + b.adjustment,
  };
}

/** As the API shows it: what was billed, what of the metered it is held against, the difference, and the rest of the bill apart. */
export function billedView(bill: BilledSpend) {
  return {
    ...driftView(bill),
    bill: {
      invoicedUsd: picoText(bill.invoiced),
      purchaseUsd: picoText(bill.purchase),
      taxUsd: picoText(bill.tax),
      creditUsd: picoText(bill.credit),
      adjustmentUsd: picoText(bill.adjustment),
    },
  };
}

/** The comparison alone: drift above zero means that the provider billed more than was metered. */
export function driftView({ billed, compared }: BilledSpend) {
  return {
    billedUsd: picoText(billed),
    comparedUsd: picoText(compared),
    driftUsd: picoText(billed - compared),
  };
}

const NO_BILL: BilledSpend = {
  billed: 0n,
  compared: 0n,
  invoiced: 0n,
  purchase: 0n,
  tax: 0n,
  credit: 0n,
  adjustment: 0n,
};

const keyOf = ({ project, target }: Pick<Bill, "project" | "target">): string =>
  JSON.stringify([project, target]);
