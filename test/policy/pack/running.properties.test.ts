import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Market, PackItem, Packing } from "../../../src/policy/pack/market.ts";
import { pack } from "../../../src/policy/pack/pack.ts";
import { OPEN_POLICY } from "../arbitraries.ts";
import { questions, spreads, tiered } from "./arbitraries.ts";

const RUNS = 60;

test.each([
  ["as they come", questions({ maxItems: 30, maxReplicas: 3, maxOffers: 20 })],
  ["spread", questions({ policy: spreads, maxItems: 30, maxReplicas: 3, maxOffers: 20 })],
  ["in tiers", questions({ policy: tiered, maxItems: 30, maxReplicas: 3, maxOffers: 20 })],
])("of many that run, newcomers push nobody out of the room they have: %s", (_what, some) => {
  fc.assert(
    fc.property(some, ({ market, items }) => {
      const first = pack(market, items);
      const running = new Set(first.placements.map(({ id }) => id));
      const full = { ...market, pools: market.pools.map(({ id }) => ({ id, milliCpu: 0, memoryMiB: 0 })) };
      const second = pack(full, [
        ...items.filter(({ id }) => running.has(id)).map((item) => stays(item, first)),
        ...items.map((item) => ({ ...item, id: `new-${item.id}` })),
      ]);
      const drawing = new Set(
        market.offers.filter(({ pools }) => pools.length > 0).map(({ offer }) => offer.id),
      );
      for (const { id, parts } of second.placements) {
        const before = first.placements.find((one) => one.id === id)?.parts ?? [];
        for (const { offer, replicas } of parts.filter(({ offer: { id: at } }) => drawing.has(at)))
          expect(replicas).toBeLessThanOrEqual(replicasNear(before, offer.place));
      }
    }),
    { numRuns: RUNS },
  );
});

type Parts = Packing["placements"][number]["parts"];

function replicasNear(parts: Parts, place: Parts[number]["offer"]["place"]): number {
  const there = parts.filter(({ offer }) => JSON.stringify(offer.place) === JSON.stringify(place));
  return there.reduce((sum, { replicas }) => sum + replicas, 0);
}

/** The workload as it runs where it was packed, with no saving ever enough to move it. */
function stays(item: PackItem, { placements }: Packing): PackItem {
  const parts = placements.find(({ id }) => id === item.id)?.parts ?? [];
  const incumbents = parts.map(({ offer }) => ({ ...offer, offer: offer.id }));
  const held = parts.map(({ offer, replicas }) => ({ place: offer.place, replicas }));
  const movement = { ...OPEN_POLICY.movement, minimumSavingPercent: 101 };
  const policy = { ...item.question.policy, movement };
  const [incumbent] = incumbents;
  return { ...item, budgets: [], question: { ...item.question, policy, incumbent, incumbents, held } };
}

test("many that run all stay when nothing has changed and nobody comes", () => {
  fc.assert(
    fc.property(questions({ maxItems: 30, maxReplicas: 3, maxOffers: 20 }), ({ market, items }) => {
      const first = pack(market, items);
      const again = items.filter(({ id }) => first.placements.some((one) => one.id === id));
      const full: Market = {
        ...market,
        pools: market.pools.map(({ id }) => ({ id, milliCpu: 0, memoryMiB: 0 })),
      };
      const second = pack(
        full,
        again.map((item) => stays(item, first)),
      );
      expect(second.unplaced).toEqual([]);
      for (const { stays: still } of second.placements) expect(still).toBe(true);
    }),
    { numRuns: RUNS },
  );
});
