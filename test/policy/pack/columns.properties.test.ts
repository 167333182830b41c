import * as fc from "fast-check";
import { expect, test } from "vitest";
import { askedOffer } from "../../../src/policy/pack/asked.ts";
import { isColumnar } from "../../../src/policy/pack/columnar.ts";
import { Columns } from "../../../src/policy/pack/columns.ts";
import { Room } from "../../../src/policy/pack/room.ts";
import { tableOf } from "../../../src/policy/pack/table.ts";
import { place } from "../../../src/policy/place.ts";
import { columnItems, columnOffers, relatives } from "./column-items.ts";

test("columns leave the offers that place leaves, and give each the same total to the last digit", () => {
  fc.assert(
    fc.property(
      columnOffers,
      fc.oneof(fc.array(columnItems, { minLength: 1, maxLength: 4 }), relatives),
      (list, some) => {
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
      },
    ),
    { numRuns: 500 },
  );
});

test("what asks more than columns know is not placed by them", () => {
  fc.assert(
    fc.property(columnItems, (item) => {
      const layer = { layer: "workload", name: "x", version: 1, hash: "" } as const;
      const asking = { ...item.question.policy, require: [{ name: "r", when: "true", message: "m", layer }] };
      expect(isColumnar({ ...item, question: { ...item.question, policy: asking } })).toBe(false);
      expect(isColumnar({ ...item, offers: [] })).toBe(false);
    }),
  );
});
