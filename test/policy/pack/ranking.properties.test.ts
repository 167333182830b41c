import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Entry } from "../../../src/policy/pack/entry.ts";
import { Ranking } from "../../../src/policy/pack/ranking.ts";
import type { Tariff } from "../../../src/policy/pack/tariff.ts";
import { questions } from "./arbitraries.ts";

const item = fc
  .sample(
    questions({ maxReplicas: 1, maxItems: 1, maxOffers: 1 }).map(({ items }) => items[0]),
    { numRuns: 20, seed: 1 },
  )
  .find((one) => one !== undefined);

/** Few values, so that there are ties. */
const values = fc
  .array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 })
  .map((all) => all.toSorted((a, b) => b - a));

function entryOf(worth: readonly number[], replicas: number): Entry {
  if (item === undefined) throw new Error("there is no workload to ask about");
  const offers = Int32Array.from(worth.keys());
  return {
    item,
    replicas,
    options: { offers, values: Float64Array.from(worth), domains: offers },
    apart: 2,
    budgets: [],
  };
}

test("ranks are those of all options sorted by what they are worth after the tariff, equal ones in their order", () => {
  fc.assert(
    fc.property(
      values,
      fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }),
      fc.integer({ min: 1, max: 3 }),
      (worth, costs, replicas) => {
        const tariff: Tariff = { perMicroUsd: () => 0, perReplica: (offer) => costs[offer] ?? 0 };
        const ranking = new Ranking(entryOf(worth, replicas), tariff);
        const gains = worth.map((value, at) => value - (costs[at] ?? 0) * replicas);
        const sorted = [...gains.keys()].sort((a, b) => (gains[b] ?? 0) - (gains[a] ?? 0) || a - b);
        expect(sorted.map((_option, rank) => ranking.at(rank))).toEqual(sorted);
      },
    ),
  );
});

test("without a tariff options rank as they come", () => {
  fc.assert(
    fc.property(values, (worth) => {
      const ranking = new Ranking(entryOf(worth, 1), undefined);
      expect(worth.map((_value, rank) => ranking.at(rank))).toEqual([...worth.keys()]);
    }),
  );
});
