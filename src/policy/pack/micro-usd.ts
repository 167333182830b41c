import type { Decimal } from "../../domain/money.ts";

const DECIMALS = 6;
const MICRO = 10 ** DECIMALS;

/**
 * An amount in whole millionths of a USD, exact but for what is finer: that is rounded up for a cost and down for a budget, so that
 * a sum of costs never passes what may be spent. Amounts below zero count as nothing.
 */
export function microUsd(usd: Decimal, rounding: "up" | "down"): number {
  if (usd.startsWith("-")) return 0;
  const [whole = "0", fraction = ""] = usd.split(".");
  const exact = Number(whole) * MICRO + Number(fraction.slice(0, DECIMALS).padEnd(DECIMALS, "0"));
  const finer = rounding === "up" && /[1-9]/.test(fraction.slice(DECIMALS));
  return exact + Number(finer);
}

/** Whether an amount is a whole number of millionths, 0 or more. */
export function isWholeMicro(usd: Decimal): boolean {
  const point = usd.indexOf(".");
  return !usd.startsWith("-") && (point === -1 || usd.length - point - 1 <= DECIMALS);
}
