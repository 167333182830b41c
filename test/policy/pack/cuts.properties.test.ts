import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Cuts } from "../../../src/policy/pack/cuts.ts";

test("what is cut stays as it was, however much is cut after it and whatever becomes of what it was cut from", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_000), { maxLength: 20 }), (counts) => {
      const cuts = new Cuts();
      const ints = new Int32Array(3_000);
      const floats = new Float64Array(3_000);
      const all = counts.map((count, at) => {
        ints.fill(at);
        floats.fill(at / 2);
        return { ints: cuts.ints(ints, count), floats: cuts.floats(floats, count) };
      });
      for (const [at, count] of counts.entries()) {
        expect(all[at]?.ints).toEqual(new Int32Array(count).fill(at));
        expect(all[at]?.floats).toEqual(new Float64Array(count).fill(at / 2));
      }
    }),
  );
});
