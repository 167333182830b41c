import { Big as AnyBig } from "big.js";

/** Decimal arithmetic with enough places that dividing hours into seconds loses nothing a bill could show. */
export const BigDecimal = AnyBig();
BigDecimal.DP = 30;
export type BigDecimal = AnyBig;

/** A decimal as it may come in: a string, or a number written in JSON. */
export type DecimalInput = string | number;

/** Amounts and quantities are kept to this many places: the finest rate of the three clouds has ten. */
const AMOUNT_PLACES = 12;

/** The decimal string of a value, without an exponent, rounded half up to `AMOUNT_PLACES`. */
export function decimalText(value: BigDecimal): string {
  return value.round(AMOUNT_PLACES, BigDecimal.roundHalfUp).toFixed();
}
