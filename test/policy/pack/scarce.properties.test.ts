import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Entry } from "../../../src/policy/pack/entry.ts";
import { grouped } from "../../../src/policy/pack/groups.ts";
import { Judge } from "../../../src/policy/pack/judge.ts";
import { scarceBounds } from "../../../src/policy/pack/scarce.ts";
import { type Table, tableOf } from "../../../src/policy/pack/table.ts";
import { questions } from "./arbitraries.ts";

test("a bound is scarce exactly where everybody's largest draw on it comes to more than there is", () => {
  const seen = { scarce: 0, plenty: 0 };
  fc.assert(
    fc.property(
      questions({ maxItems: 20, maxReplicas: 3 }),
      fc.boolean(),
      ({ market, items }, isReversed) => {
        const table = tableOf(market, items);
        const judge = new Judge(market, table, false);
        const entries = items.map((item) => judge.judge(item)).filter((one) => "options" in one);
        // The best options come first and are often the cheapest; nothing may rest on it.
        if (isReversed)
          for (const options of new Set(entries.map((one) => one.options))) options.offers.reverse();
        const scarce = [...scarceBounds(grouped(entries).byOptions, table)];
        const recounted = [...table.capacity.keys()].map((bound) => Number(isScarce(entries, table, bound)));
        expect(scarce).toEqual(recounted);
        for (const one of scarce) seen[one === 1 ? "scarce" : "plenty"] += 1;
      },
    ),
    { numRuns: 500, seed: 1 },
  );
  expect(Math.min(seen.scarce, seen.plenty)).toBeGreaterThan(500);
});

/** One entry after the other, without groups. */
function isScarce(entries: readonly Entry[], table: Table, bound: number): boolean {
  const asked = entries.map(({ options, replicas, budgets }) => {
    const rows = [...options.offers];
    const drawn = rows.map((row) => drawOf(table, row, bound));
    const paid = rows.map((row) => (budgets.includes(bound) ? (table.microUsd[row] ?? 0) : 0));
    return (Math.max(0, ...drawn) + Math.max(0, ...paid)) * replicas;
  });
  return asked.reduce((sum, one) => sum + one, 0) > (table.capacity[bound] ?? 0);
}

/** What a replica at a row takes of a bound. */
function drawOf({ starts, bounds, amounts }: Table, row: number, bound: number): number {
  const [from, to] = [starts[row] ?? 0, starts[row + 1] ?? 0];
  const at = bounds.subarray(from, to).indexOf(bound);
  return at < 0 ? 0 : (amounts[from + at] ?? 0);
}
