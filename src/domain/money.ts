import { Big } from "big.js";

/** Money is a decimal string in USD; no arithmetic on it ever passes through a float. */
export type Decimal = string;

/** Long enough for any price, short enough to stay cheap. */
const MAX_DECIMAL_CHARS = 64;
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** Whether a text is a decimal number as JSON money has it: no exponent, no sign but minus, no leading zeros. */
export function isDecimal(text: string): boolean {
  return text.length <= MAX_DECIMAL_CHARS && DECIMAL.test(text);
}

/** a + b, exactly. */
export function add(a: Decimal, b: Decimal): Decimal {
  return plain(new Big(a).plus(b));
}

/** a - b, exactly. */
export function subtract(a: Decimal, b: Decimal): Decimal {
  return plain(new Big(a).minus(b));
}

/** a x b, exactly. Quantities that are numbers go in as they print. */
export function multiply(a: Decimal, b: Decimal | number): Decimal {
  return plain(new Big(a).times(b));
}

/** The sum of all, exactly; `"0"` of none. */
export function sum(amounts: readonly Decimal[]): Decimal {
  return plain(amounts.reduce((total, amount) => total.plus(amount), new Big(0)));
}

/** -1, 0 or 1 as a is less than, equal to or more than b: the order for `sort`. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  return new Big(a).cmp(b);
}

/** Rounded half away from zero to this many decimals, all of them written: 2 of `"1.005"` is `"1.01"`. */
export function round(amount: Decimal, decimals: number): Decimal {
  return new Big(amount).toFixed(decimals, Big.roundHalfUp);
}

/** For people: `$12.30`, `-$0.50`; what would round to nothing is `<$0.01`. Never for arithmetic. */
export function formatUsd(amount: Decimal): string {
  const size = new Big(amount).abs();
  const sign = amount.startsWith("-") && !size.eq(0) ? "-" : "";
  if (size.gt(0) && size.lt("0.005")) return `${sign}<$0.01`;
  const [dollars = "0", cents = "00"] = size.toFixed(2, Big.roundHalfUp).split(".");
  return `${sign}$${dollars.replace(/\B(?=(?:\d{3})+$)/g, ",")}.${cents}`;
}

// `toFixed` without decimals is the plain notation; `toString` would turn to exponents.
function plain(amount: Big): Decimal {
  return amount.toFixed();
}
