import { afterEach, beforeEach, expect, test } from "vitest";
import { makeChange } from "../../../src/broker/changes/make.ts";
import type { Store } from "../../../src/store/store.ts";
import { openBench, type Bench } from "../ports.ts";
import { sandboxTarget, workerSpec } from "../specs.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("cloud", sandboxTarget("ecs"));
});
afterEach(async () => {
  await bench.close();
});

/** How often each read of the store is made by a change of so many workloads. */
async function calls(workloads: number): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const counted = bench.process(
    (store) =>
      new Proxy(store, {
        get(of, name: keyof Store) {
          counts.set(name, (counts.get(name) ?? 0) + 1);
          return of[name];
        },
      }),
  );
  const specs = Array.from({ length: workloads }, (_, at) => workerSpec({ name: `w${workloads}-${at}` }));
  await makeChange(counted.ports, bench.caller, { specs });
  return counts;
}

test("a change of many reads what they share once, whatever their number", async () => {
  const [few, many] = [await calls(2), await calls(20)];
  for (const name of ["environment", "targets", "policies", "accountRates", "budgets"])
    expect([name, many.get(name)]).toEqual([name, few.get(name)]);
});
