import * as fc from "fast-check";
import { expect, test } from "vitest";
import { idBeginning, unitName } from "../../src/domain/unit-id.ts";

test("a unit's name says how its id begins", () => {
  const id = fc.string({
    unit: fc.constantFrom(..."0123456789abcdef".split("")),
    minLength: 40,
    maxLength: 40,
  });
  fc.assert(
    fc.property(id, (one) => {
      expect(idBeginning(unitName(one))).toBe(one.slice(0, 30));
    }),
  );
});

test.each(["", "web", "b123", `B${"a".repeat(24)}`, `b${"a".repeat(25)}`, `b${"1".repeat(24)}`])(
  "%j is no unit's name",
  (name) => expect(idBeginning(name)).toBeUndefined(),
);
