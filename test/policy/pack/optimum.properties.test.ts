import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { PackItem, Packing } from "../../../src/policy/pack/market.ts";
import { pack } from "../../../src/policy/pack/pack.ts";
import { aService } from "../../catalog/needs.ts";
import { anOffer, OPEN_GATEWAY, OPEN_POLICY } from "../arbitraries.ts";
import { questions, spreads } from "./arbitraries.ts";
import { exhaustive, isBetter, type Outcome } from "./exhaustive.ts";

/** Ten thousand more are searched in `bench/placement`. */
const RUNS = 150;

test.each([
  ["one replica each", questions({ maxReplicas: 1, maxItems: 5, maxOffers: 6 })],
  ["split over hosts", questions({ maxReplicas: 3, maxItems: 3, maxOffers: 7 })],
  ["spread", questions({ policy: refusing(), maxReplicas: 3, maxItems: 3, maxOffers: 6 })],
])(
  "no packing of a few places more, of the highest priority first, or has a higher total: %s",
  (_what, some) => {
    fc.assert(
      fc.property(some, ({ market, items }) => {
        const packing = pack(market, items);
        const best = exhaustive(market, items);
        expect(packing.proven).toBe(true);
        expect(outcomeOf(packing, items)).toEqual({
          placed: best.placed,
          total: expect.closeTo(best.total, 8),
        });
      }),
      { numRuns: RUNS },
    );
  },
);

test("a packing of many is never better than its bound, and whoever has the highest priority is placed if anybody could be", () => {
  fc.assert(
    fc.property(questions({ maxItems: 5, maxOffers: 6, maxReplicas: 2 }), ({ market, items }) => {
      // Workloads that take nothing make it too many to be searched exactly.
      const crowd = Array.from({ length: 13 }, (_, at) => idle(`idle-${at}`));
      const packing = pack(market, [...items, ...crowd]);
      const best = exhaustive(market, items);
      const some = outcomeOf(
        { ...packing, placements: packing.placements.filter(({ id }) => !id.startsWith("idle")) },
        items,
      );
      expect(isBetter(some, best)).toBe(false);
      const all = packing.placements.length === items.length + crowd.length;
      if (all) expect(packing.bound).toBeGreaterThanOrEqual(best.total + crowd.length - 1e-6);
    }),
    { numRuns: RUNS },
  );
});

function refusing() {
  return spreads.map((policy) => ({
    ...policy,
    spread: policy.spread && { ...policy.spread, whenUnsatisfiable: "refuse" as const },
  }));
}

function outcomeOf({ placements }: Pick<Packing, "placements">, items: readonly PackItem[]): Outcome {
  const priorities = [...new Set(items.map(({ priority }) => priority))].sort((a, b) => b - a);
  const of = (id: string): PackItem | undefined => items.find((item) => item.id === id);
  const placed = priorities.map(
    (priority) => placements.filter(({ id }) => of(id)?.priority === priority).length,
  );
  const total = placements.reduce(
    (sum, { id, parts }) =>
      sum + parts.reduce((all, part) => all + part.total * part.replicas, 0) / (of(id)?.replicas ?? 1),
    0,
  );
  return { placed, total };
}

/** A workload with an offer of its own, at the best score there is. */
function idle(id: string): PackItem {
  const offer = anOffer(id, { path: { transport: "line", reach: "line", bypassable: false } });
  return {
    id,
    priority: 50,
    replicas: 1,
    question: { needs: aService(), policy: OPEN_POLICY, gateway: OPEN_GATEWAY },
    offers: [{ offer, pools: [] }],
  };
}
