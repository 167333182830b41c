import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bitsWhere } from "../../../src/policy/pack/bits.ts";
import { MeasuredColumn } from "../../../src/policy/pack/measured-column.ts";
import { rising } from "../../../src/policy/pack/rising.ts";
import { rangeOf } from "../../../src/policy/scorers.ts";

const measured = fc.array(
  fc.oneof(fc.constantFrom(0, 1.5, 2, Infinity, Number.NaN), fc.double({ min: 0, max: 100 })),
  { maxLength: 80 },
);

test("places come by their numbers and then as they are; what is no number is left out", () => {
  fc.assert(
    fc.property(measured, (list) => {
      const known = [...list.keys()].filter((at) => !Number.isNaN(list[at]));
      const order = known.sort((a, b) => Number(list[a]) - Number(list[b]) || a - b);
      expect([...rising(Float64Array.from(list))]).toEqual(order);
    }),
  );
});

test("the range of a set is that of what is known of it", () => {
  fc.assert(
    fc.property(measured, fc.array(fc.boolean(), { minLength: 80, maxLength: 80 }), (list, isIn) => {
      const set = bitsWhere(list.length, (at) => isIn[at] === true);
      const within = list.filter((_value, at) => isIn[at]);
      const range = new MeasuredColumn(Float64Array.from(list)).rangeWithin(set);
      expect(range).toEqual(rangeOf(within.map((value) => (Number.isNaN(value) ? undefined : value))));
    }),
  );
});
