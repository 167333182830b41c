import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Full } from "../../../src/policy/pack/full.ts";
import { Judge } from "../../../src/policy/pack/judge.ts";
import { Room } from "../../../src/policy/pack/room.ts";
import { occupy, settle } from "../../../src/policy/pack/settle.ts";
import { tableOf } from "../../../src/policy/pack/table.ts";
import { questions } from "./arbitraries.ts";

test("whoever passes over what is full settles where it would have anyway", () => {
  let passed = 0;
  fc.assert(
    fc.property(questions({ maxItems: 20, maxReplicas: 3 }), ({ market, items }) => {
      const table = tableOf(market, items);
      const judge = new Judge(market, table, false);
      const room = new Room(table);
      const full = new Full(room);
      for (const item of items) {
        const entry = judge.judge(item);
        if (!("options" in entry)) continue;
        const first = full.firstOf(entry);
        const parts = settle(entry, room, undefined, first);
        expect(parts).toEqual(settle(entry, room, undefined));
        if (parts !== undefined) occupy(entry, parts, room, 1);
        passed += first;
      }
    }),
    { numRuns: 300, seed: 1 },
  );
  expect(passed).toBeGreaterThan(0);
});
