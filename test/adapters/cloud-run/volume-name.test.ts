import { expect, test } from "vitest";
import { volumeName } from "../../../src/adapters/cloud-run/render/container.ts";

test("a volume of any name that a spec may have is a DNS label of at most 63 characters", () => {
  for (const length of [1, 58, 59, 60, 61, 62, 63])
    expect(volumeName("a".repeat(length))).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
  expect(volumeName("a".repeat(59))).toBe(`vol-${"a".repeat(59)}`);
});

test("two long names that begin alike are two volumes", () => {
  const long = "a".repeat(62);
  expect(volumeName(`${long}b`)).not.toBe(volumeName(`${long}c`));
});
