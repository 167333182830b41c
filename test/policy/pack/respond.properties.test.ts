import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Entry } from "../../../src/policy/pack/entry.ts";
import { respondAll } from "../../../src/policy/pack/respond.ts";
import { tableOf } from "../../../src/policy/pack/table.ts";
import { aService } from "../../catalog/needs.ts";
import { anOffer, OPEN_GATEWAY, OPEN_POLICY } from "../arbitraries.ts";

const VALUES = [0.9, 0.85, 0.8, 0.6, 0.5, 0.3];
const WORTH = 2;
/** Each offer draws from a pool of its own. */
const pools = VALUES.map((_value, at) => ({ id: `pool-${at}`, replicas: 10 }));
const offers = pools.map(({ id }) => ({ offer: anOffer(id), pools: [id] }));
const table = tableOf({ offers, pools, budgets: [] }, []);
const question = { needs: aService({}), policy: OPEN_POLICY, gateway: OPEN_GATEWAY };

test("who is spread responds to prices with the best place of each of the best domains, and fills the better ones first", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(3), { minLength: 6, maxLength: 6 }),
      fc.array(fc.constantFrom(0, 0.1, 0.25, 0.7), { minLength: 6, maxLength: 6 }),
      fc.integer({ min: 2, max: 3 }),
      fc.integer({ min: 0, max: 3 }),
      (domains, prices, apart, more) => {
        const replicas = apart + more;
        const entry: Entry = {
          item: { id: "w", priority: 50, replicas, question },
          replicas,
          options: {
            offers: Int32Array.from(VALUES.keys()),
            values: Float64Array.from(VALUES),
            domains: Int32Array.from(domains),
          },
          apart,
          budgets: [],
        };
        const best = new Map<number, number>();
        for (const [at, domain] of domains.entries()) {
          const gain = (VALUES[at] ?? 0) - (prices[at] ?? 0) * replicas;
          best.set(domain, Math.max(best.get(domain) ?? -Infinity, gain));
        }
        const gains = [...best.values()].sort((a, b) => b - a).slice(0, apart);
        const share = Math.ceil(replicas / apart);
        let left = replicas - apart;
        let sum = 0;
        for (const gain of gains) {
          const here = 1 + Math.min(left, share - 1);
          left -= here - 1;
          sum += gain * here;
        }
        const expected = gains.length < apart ? 0 : Math.max(0, WORTH + sum / replicas);
        const use = new Float64Array(table.capacity.length);
        const found = respondAll([{ entry, count: 1 }], table, WORTH, Float64Array.from(prices), use);
        expect(found).toBeCloseTo(expected, 9);
        expect(use.reduce((all, one) => all + one, 0)).toBe(expected === 0 ? 0 : replicas);
      },
    ),
    { numRuns: 300 },
  );
});
