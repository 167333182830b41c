import { BigDecimal } from "../decimal.ts";
import { agreed, type Believed, type FreshPrice, no, priceKey, stepKey } from "./fresh-price.ts";

/**
 * Prices of a whole reading with the steps of each put together: in rising order, from the first unit on, neighbours at one price
 * made one step, each with its end. A price that turns out to have one step only is a plain one.
 */
export function withSteps(prices: readonly FreshPrice[]): Believed<readonly FreshPrice[]> {
  const all = agreed(prices);
  if (!all.ok) return all;
  const settled: FreshPrice[] = [];
  for (const steps of Map.groupBy(all.value, priceKey).values()) {
    const joined = joinedSteps(steps);
    if (!joined.ok) return joined;
    settled.push(...joined.value);
  }
  return { ok: true, value: settled };
}

/** More steps than any price of theirs has. */
const MOST_STEPS = 12;

function joinedSteps(steps: readonly FreshPrice[]): Believed<readonly FreshPrice[]> {
  const rising = steps.toSorted((a, b) => new BigDecimal(a.from ?? 0).cmp(b.from ?? 0));
  const [first] = rising;
  if (first === undefined || first.from === undefined) return { ok: true, value: rising };
  if (rising.length > MOST_STEPS) return no(`${priceKey(first)} has ${rising.length} steps of price`);
  if (first.from !== "0") return no(`${stepKey(first)} says nothing of what comes before it`);
  const distinct = rising.filter((step, at) => step.usd !== rising[at - 1]?.usd);
  const [only, ...more] = distinct;
  if (only !== undefined && more.length === 0) {
    const { from: _from, ...plain } = only;
    return { ok: true, value: [plain] };
  }
  return { ok: true, value: distinct.map((step, at) => ({ ...step, to: distinct[at + 1]?.from })) };
}
