import type { Decimal } from "../../domain/money.ts";

const DECIMALS = 6;
const ZERO = 48;
const POINT = 46;

/**
 * An amount in whole millionths of a USD, exact but for what is finer: that is rounded up for a cost and down for a budget, so that
 * a sum of costs never passes what may be spent. Amounts below zero count as nothing.
 */
export function microUsd(usd: Decimal, rounding: "up" | "down"): number {
  if (usd.startsWith("-")) return 0;
  let micro = 0;
  let decimals = -1;
  let finer = 0;
  // Digit by digit: a market has thousands of prices, and to take them apart into texts would take several times as long.
  for (let at = 0; at < usd.length; at++) {
    const code = usd.charCodeAt(at);
    if (code === POINT) decimals = 0;
    else if (decimals === DECIMALS) finer ||= Number(code !== ZERO);
    else {
      micro = micro * 10 + (code - ZERO);
      if (decimals >= 0) decimals += 1;
    }
  }
  for (let more = Math.max(0, decimals); more < DECIMALS; more++) micro *= 10;
  return rounding === "up" ? micro + finer : micro;
}

/** Whether an amount is a whole number of millionths, 0 or more. */
export function isWholeMicro(usd: Decimal): boolean {
  const point = usd.indexOf(".");
  return !usd.startsWith("-") && (point === -1 || usd.length - point - 1 <= DECIMALS);
}
