import * as fc from "fast-check";
import { expect, test } from "vitest";
import { volumeName } from "../../src/adapters/volume-name.ts";

const name = fc.stringMatching(/^[a-z0-9](-?[a-z0-9]){0,61}$/).filter(({ length }) => length <= 63);

test("a volume of any name that a spec may have is a DNS label of 5 to 63 characters, without two hyphens in a row", () => {
  fc.assert(
    fc.property(name, (given) => {
      expect(volumeName(given)).toMatch(/^(?!.*--)[a-z0-9][a-z0-9-]{3,61}[a-z0-9]$/);
    }),
  );
  expect(volumeName("a".repeat(59))).toBe(`vol-${"a".repeat(59)}`);
  // Cut right behind a hyphen.
  expect(volumeName(`${"a".repeat(45)}-${"b".repeat(17)}`)).not.toContain("--");
});

test("two long names that begin alike are two volumes", () => {
  const long = "a".repeat(62);
  expect(volumeName(`${long}b`)).not.toBe(volumeName(`${long}c`));
});
