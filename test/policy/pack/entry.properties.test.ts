import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Entry, STEP_DOWN, valueOf } from "../../../src/policy/pack/entry.ts";
import { aService } from "../../catalog/needs.ts";
import { OPEN_GATEWAY, OPEN_POLICY } from "../arbitraries.ts";

const VALUES = [0.9, 0.8, 0.8, 0.5];
const DOMAINS = [0, 1, 0, 2];
const question = { needs: aService({}), policy: OPEN_POLICY, gateway: OPEN_GATEWAY };

test("spread replicas are worth the mean of theirs, less a step for each beyond an even share of its domain", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 4, maxLength: 4 }),
      fc.integer({ min: 2, max: 3 }),
      fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
      (counts, apart, order) => {
        const replicas = counts.reduce((sum, count) => sum + count, 0);
        fc.pre(replicas > 0);
        const entry: Entry = {
          item: { id: "w", priority: 50, replicas, question },
          replicas,
          options: {
            offers: Int32Array.from(VALUES.keys()),
            values: Float64Array.from(VALUES),
            domains: Int32Array.from(DOMAINS),
          },
          apart,
          budgets: [],
        };
        const parts = order
          .map((option) => ({ option, replicas: counts[option] ?? 0 }))
          .filter((part) => part.replicas > 0);
        const share = Math.ceil(replicas / apart);
        let sum = 0;
        for (const [option, value] of VALUES.entries()) sum += value * (counts[option] ?? 0);
        for (const domain of new Set(DOMAINS)) {
          const here = counts.filter((_count, option) => DOMAINS[option] === domain);
          sum -= STEP_DOWN * Math.max(0, here.reduce((all, count) => all + count, 0) - share);
        }
        expect(valueOf(entry, parts)).toBeCloseTo(sum / replicas, 9);
      },
    ),
  );
});
