import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Policy } from "../../../src/policy/policy.ts";
import { askedOffer } from "../../../src/policy/pack/asked.ts";
import { Columns } from "../../../src/policy/pack/columns.ts";
import { Room } from "../../../src/policy/pack/room.ts";
import { tableOf } from "../../../src/policy/pack/table.ts";
import { place } from "../../../src/policy/place.ts";
import { aService } from "../../catalog/needs.ts";
import { anOffer, aPrice, OPEN_GATEWAY, OPEN_POLICY } from "../arbitraries.ts";

/** So many that they are looked at in several steps, and the last of them seldom at all. */
const crowds = fc
  .array(
    fc.record({
      provider: fc.constantFrom("ecs" as const, "aci" as const),
      billing: fc.constantFrom("spot" as const, "on-demand" as const),
      cents: fc.integer({ min: 1, max: 4_000 }),
      gridGramsPerKwh: fc.constantFrom(undefined, 20, 400),
    }),
    { minLength: 70, maxLength: 140, size: "max" },
  )
  .map((list) =>
    list.map(({ provider, cents, ...more }, at) =>
      anOffer(`offer-${String(at).padStart(3, "0")}`, {
        place: { provider, target: provider, region: "eu-west-1" },
        price: aPrice((cents / 100).toFixed(2)),
        ...more,
      }),
    ),
  );
const policies: fc.Arbitrary<Policy> = fc
  .record({
    where: fc.constantFrom({ providers: ["aci" as const] }, { billing: ["spot" as const] }, undefined),
    carbon: fc.constantFrom(0, 2),
    cost: fc.constantFrom(0.2, 1),
  })
  .map(({ where, carbon, cost }) => ({
    ...OPEN_POLICY,
    weights: { ...OPEN_POLICY.weights, carbon, cost },
    tiers:
      where === undefined
        ? []
        : [
            { name: "first", where },
            { name: "rest", where: {} },
          ],
  }));

test("of however many offers the best is found, in the first tier that has one", () => {
  fc.assert(
    fc.property(crowds, policies, (offers, policy) => {
      const market = { offers: offers.map((offer) => ({ offer, pools: [] })), pools: [], budgets: [] };
      const table = tableOf(market, []);
      const question = { needs: aService({}), policy, gateway: OPEN_GATEWAY };
      const item = { id: "w", priority: 50, replicas: 1, question };
      const { rows } = new Columns(table, offers.length, new Room(table)).scan(item);
      const asked = offers.map((offer) => askedOffer(offer, item, undefined));
      const { ranked } = place({ ...question, offers: asked });
      expect(offers[rows[0] ?? -1]?.id).toBe(ranked[0]?.offer.id);
    }),
    { numRuns: 200, endOnFailure: true },
  );
});
