import { Big } from "big.js";

/**
 * What of a bill follows from the rest of it: an amount is quantity x rate, an expected price the sum of its lines. Only the exceptions
 * are written. Part of the format: a change here makes stored receipts say something else, so it needs a new format.
 */
export interface Derivation {
  /** The member that follows, and the members it follows from. */
  readonly member: string;
  readonly from: readonly string[];
  /** `undefined` where the others do not say. */
  readonly derive: (from: readonly unknown[]) => string | undefined;
}

export const DERIVATIONS: readonly Derivation[] = [
  { member: "usd", from: ["quantity", "rateUsd"], derive: ([quantity, rate]) => product(quantity, rate) },
  { member: "expectedUsd", from: ["lines"], derive: ([lines]) => sumOfLines(lines) },
];

/** Places to which the catalog rounds an amount, half up. */
const AMOUNT_PLACES = 12;
const DECIMAL = /^-?\d{1,40}(?:\.\d{1,40})?$/;

function product(quantity: unknown, rate: unknown): string | undefined {
  if (!isDecimal(quantity) || !isDecimal(rate)) return undefined;
  return new Big(quantity).times(rate).round(AMOUNT_PLACES, Big.roundHalfUp).toFixed();
}

function sumOfLines(lines: unknown): string | undefined {
  if (!Array.isArray(lines)) return undefined;
  let sum = new Big(0);
  for (const line of lines) {
    const usd: unknown = Object(line).usd;
    if (!isDecimal(usd)) return undefined;
    sum = sum.plus(usd);
  }
  return sum.toFixed();
}

const isDecimal = (value: unknown): value is string => typeof value === "string" && DECIMAL.test(value);
