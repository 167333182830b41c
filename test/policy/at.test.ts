import { expect, test } from "vitest";
import { floatAt, intAt, itemAt, mappedAt } from "../../src/policy/at.ts";

test("a read within a column gives what is there, zero and an empty text as well", () => {
  expect(floatAt(Float64Array.of(0, 1.5), 1)).toBe(1.5);
  expect(floatAt(Float64Array.of(0, 1.5), 0)).toBe(0);
  expect(intAt(Int32Array.of(-3), 0)).toBe(-3);
  expect(itemAt(["", "b"], 0)).toBe("");
  expect(mappedAt(new Map([["a", 0]]), "a")).toBe(0);
});

test.each([
  ["a column of floats", () => floatAt(Float64Array.of(1), 1)],
  ["a column of whole numbers", () => intAt(Int32Array.of(1), -1)],
  ["a list", () => itemAt(["a"], 1)],
  ["a map", () => mappedAt(new Map([["a", 1]]), "b")],
])("a read beyond %s fails, and gives no number to go on with", (_name, read) => {
  expect(read).toThrow(RangeError);
});
