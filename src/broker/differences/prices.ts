import type { Price, PriceLine } from "../../domain/offer.ts";
import type { Plan } from "../../domain/plan.ts";
import { changeOf, type Difference } from "./difference.ts";

/** What a plan would cost now and did not when it was shown: the month, then each line of it. Dates alone are no difference. */
export function priceDifferences(shown: Plan, now: Plan): readonly Difference[] {
  return [
    ...changeOf("prices", "expected price", [expected(shown.price), expected(now.price)], (from, to) => {
      const instead = from === UNKNOWN ? "a price that was not known" : from;
      return `it would cost ${to} USD a month instead of ${instead}`;
    }),
    ...changeOf("prices", "floor price", [amount(shown.price?.floorUsd), amount(now.price?.floorUsd)]),
    ...changeOf("prices", "ceiling price", [amount(shown.price?.ceilingUsd), amount(now.price?.ceilingUsd)]),
    ...lineDifferences(shown.price, now.price),
  ];
}

const UNKNOWN = "unknown";
const amount = (usd: string | undefined): string => usd ?? UNKNOWN;
const expected = (price: Price | undefined): string => amount(price?.expectedUsd);

function lineDifferences(shown: Price | undefined, now: Price | undefined): readonly Difference[] {
  const before = byMeter(shown?.lines ?? []);
  const after = byMeter(now?.lines ?? []);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((meter) =>
    changeOf("prices", `price line ${meter}`, [lineText(before.get(meter)), lineText(after.get(meter))]),
  );
}

/** Lines by meter; a second line of one meter (a tier, what is taken off) has its number. */
function byMeter(lines: readonly PriceLine[]): ReadonlyMap<string, PriceLine> {
  const named = new Map<string, PriceLine>();
  const seen = new Map<string, number>();
  for (const line of lines) {
    const number = (seen.get(line.meter) ?? 0) + 1;
    seen.set(line.meter, number);
    named.set(number === 1 ? line.meter : `${line.meter} (${number})`, line);
  }
  return named;
}

function lineText(line: PriceLine | undefined): string {
  return line === undefined ? "absent" : `${line.quantity} ${line.unit} x ${line.rateUsd} = ${line.usd} USD`;
}
