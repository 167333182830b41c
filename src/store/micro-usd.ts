import { multiply } from "../domain/money.ts";

const MICRO = "1000000";
const MILLIONTH = "0.000001";

/** Whole millionths of a dollar, the form in which SQL adds amounts up; never more than the decimal. */
export function microDown(usd: string): number {
  return Math.floor(Number(multiply(usd, MICRO)));
}

/** The same, never less than the decimal: what is reserved is not understated. */
export function microUp(usd: string): number {
  return Math.ceil(Number(multiply(usd, MICRO)));
}

/** Millionths of a dollar as a decimal. */
export function usdOf(micro: number): string {
  return multiply(String(micro), MILLIONTH);
}
