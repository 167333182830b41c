import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Offer } from "../../../src/domain/offer.ts";
import { completePolicy } from "../../../src/policy/layers.ts";
import { askedOffer } from "../../../src/policy/pack/asked.ts";
import { isColumnar } from "../../../src/policy/pack/columnar.ts";
import { Columns } from "../../../src/policy/pack/columns.ts";
import type { PackItem } from "../../../src/policy/pack/market.ts";
import { Room } from "../../../src/policy/pack/room.ts";
import { tableOf } from "../../../src/policy/pack/table.ts";
import { place, type PlaceQuestion } from "../../../src/policy/place.ts";
import { offersArbitrary, questions, rulesArbitrary } from "../arbitraries.ts";

const shapes = fc.constantFrom<Partial<Offer>>(
  {},
  { shape: { milliCpu: 250, memoryMiB: 512, ephemeralStorageGiB: 20, arch: "any" } },
  { shape: { milliCpu: 2_000, memoryMiB: 256, ephemeralStorageGiB: 20, arch: "amd64" } },
  {
    shape: { milliCpu: 2_000, memoryMiB: 4_096, ephemeralStorageGiB: 200, arch: "amd64" },
    labels: { tier: "gold" },
  },
  { location: { latitude: 53.3, longitude: -6.3 }, gridGramsPerKwh: 280 },
  { location: { latitude: 38.9, longitude: -77.4 }, gridGramsPerKwh: 380.5, billing: "spot" },
);
const offers = offersArbitrary.chain((list) =>
  fc
    .array(shapes, { minLength: list.length, maxLength: list.length })
    .map((changes) => list.map((offer, at) => ({ ...offer, ...changes[at] }))),
);
const weights = fc.constantFrom(
  {},
  { cost: 1, latency: 0, carbon: 0, fidelity: 0, stability: 0 },
  { cost: 0.1, latency: 3, carbon: 2, fidelity: 1, stability: 1 },
  { cost: 0, latency: 0, carbon: 0, fidelity: 0, stability: 0 },
);
const users = fc.constantFrom<PlaceQuestion["users"][]>(undefined, [
  { latitude: 52.5, longitude: 13.4, weight: 2 },
  { latitude: 40.7, longitude: -74, weight: 1 },
]);
const tiers = fc.constantFrom(
  [],
  [{ name: "own", where: { providers: ["agents" as const] } }],
  [
    { name: "gold", where: { labels: { tier: "gold" } } },
    { name: "rest", where: {} },
  ],
);
const items: fc.Arbitrary<PackItem> = fc
  .record({
    question: questions,
    rules: fc.option(rulesArbitrary, { nil: {} }),
    weights,
    users,
    tiers,
    replicas: fc.integer({ min: 0, max: 7 }),
    milliCpu: fc.constantFrom(250, 500, 1_000),
    requireDigest: fc.boolean(),
  })
  .map(({ question, rules, replicas, milliCpu, ...more }): PackItem => {
    const policy = completePolicy(question.policy, "tested", {
      ...rules,
      weights: more.weights,
      tiers: more.tiers,
    });
    const { offers: _none, ...asked } = question;
    const needs = { ...question.needs, milliCpu };
    return { id: "w", priority: 50, replicas, question: { ...asked, needs, policy, users: more.users } };
  });

test("columns leave the offers that place leaves, and give each the same total to the last digit", () => {
  fc.assert(
    fc.property(offers, fc.array(items, { minLength: 1, maxLength: 4 }), (list, some) => {
      const market = { offers: list.map((offer) => ({ offer, pools: [] })), pools: [], budgets: [] };
      const table = tableOf(market, []);
      // One set of columns for all: what is remembered of one question must not be told to another.
      const columns = new Columns(table, list.length, new Room(table));
      for (const item of some) {
        expect(isColumnar(item)).toBe(true);
        const asked = list.map((offer) => askedOffer(offer, item, offer.capacityReplicas));
        const { ranked } = place({ ...item.question, offers: asked });
        const rows = columns.scan(item);
        expect(columns.standing(item)).toBe(ranked.length);
        const byId = new Map(ranked.map((one) => [one.offer.id, one.total]));
        for (const [at, row] of rows.rows.entries())
          expect((rows.totals ?? rows.values)[at]).toBe(byId.get(list[row]?.id ?? ""));
        expect(list[rows.rows[0] ?? -1]?.id).toBe(ranked[0]?.offer.id);
      }
    }),
    { numRuns: 500 },
  );
});

test("what asks more than columns know is not placed by them", () => {
  fc.assert(
    fc.property(items, (item) => {
      const layer = { layer: "workload", name: "x", version: 1, hash: "" } as const;
      const asking = { ...item.question.policy, require: [{ name: "r", when: "true", message: "m", layer }] };
      expect(isColumnar({ ...item, question: { ...item.question, policy: asking } })).toBe(false);
      expect(isColumnar({ ...item, offers: [] })).toBe(false);
    }),
  );
});
