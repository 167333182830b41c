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

test.each([
  ["alone", questions({ maxItems: 5, maxOffers: 6, maxReplicas: 2 })],
  ["spread", questions({ policy: refusing(), maxItems: 3, maxOffers: 6, maxReplicas: 3 })],
])(
  "a packing of many is never better than the best there is, nor is the best beyond its bound: %s",
  (_what, some) => {
    fc.assert(
      fc.property(some, ({ market, items }) => {
        // Workloads that take nothing make it too many to be searched exactly.
        const crowd = Array.from({ length: 13 }, (_, at) => idle(`idle-${at}`));
        const packing = pack(market, [...items, ...crowd]);
        const best = exhaustive(market, items);
        const outcome = outcomeOf(
          { ...packing, placements: packing.placements.filter(({ id }) => !id.startsWith("idle")) },
          items,
        );
        expect(isBetter(outcome, best)).toBe(false);
        if (sum(outcome.placed) === sum(best.placed))
          expect(packing.bound).toBeGreaterThanOrEqual(best.total + crowd.length - 1e-6);
      }),
      { numRuns: RUNS },
    );
  },
);

test("of many that want one room, those of the highest priority have it, and of equals the first by id", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 14, maxLength: 40 }),
      fc.integer({ min: 0, max: 40 }),
      (priorities, room) => {
        const { question } = idle("one");
        const items = priorities.map((priority, at): PackItem => {
          return { id: `w${String(at).padStart(2, "0")}`, priority, replicas: 1, question };
        });
        const line = { path: { transport: "line", reach: "line", bypassable: false } } as const;
        const offers = [{ offer: anOffer("only", line), pools: ["room"] }];
        const { placements } = pack({ offers, pools: [{ id: "room", replicas: room }], budgets: [] }, items);
        const first = items.toSorted((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
        expect(placements.map(({ id }) => id)).toEqual(first.slice(0, room).map(({ id }) => id));
      },
    ),
  );
});

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

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
