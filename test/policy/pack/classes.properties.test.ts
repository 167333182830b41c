import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Offer } from "../../../src/domain/offer.ts";
import { Columns } from "../../../src/policy/pack/columns.ts";
import type { Market } from "../../../src/policy/pack/market.ts";
import { Room } from "../../../src/policy/pack/room.ts";
import { tableOf } from "../../../src/policy/pack/table.ts";
import { columnItems, columnOffers, relatives } from "./column-items.ts";

test("workloads of one class are found the same places at the same worth", () => {
  fc.assert(
    fc.property(columnOffers, relatives, (offers, items) => {
      const columns = columnsOf(offers);
      const classes = items.map((item) => columns.classOf(item));
      for (const [at, item] of items.entries()) {
        const first = items[classes.indexOf(classes[at] ?? -1)] ?? item;
        // Each asked of columns of its own, which know of nobody else.
        expect(columnsOf(offers).scan(item)).toEqual(columnsOf(offers).scan(first));
        expect(item.replicas).toBe(first.replicas);
        expect((item.budgets ?? []).length).toBe((first.budgets ?? []).length);
        expect(item.question.policy.spread).toEqual(first.question.policy.spread);
      }
    }),
    { numRuns: 500 },
  );
});

test("neither its name nor the hosts of its route make a class of a workload, nor does the name of its policy", () => {
  fc.assert(
    fc.property(columnOffers, columnItems, (offers, item) => {
      const columns = columnsOf(offers);
      const { needs, policy } = item.question;
      const route = needs.route && { ...needs.route, hosts: ["shop.example"], port: 9_000 };
      const question = {
        ...item.question,
        needs: { ...needs, workload: "other", route },
        policy: { ...policy, name: "other" },
      };
      expect(columns.classOf({ ...item, id: "other", question })).toBe(columns.classOf(item));
    }),
  );
});

function columnsOf(offers: readonly Offer[]): Columns {
  const market: Market = { offers: offers.map((offer) => ({ offer, pools: [] })), pools: [], budgets: [] };
  const table = tableOf(market, []);
  return new Columns(table, offers.length, new Room(table));
}
