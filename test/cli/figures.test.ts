import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { difference, dollars } from "../../src/cli/figures.ts";

describe("amounts in dollars and cents", () => {
  test.each([
    ["8.41", "$8.41"],
    ["-1.2", "-$1.20"],
    ["0", "$0.00"],
    ["-0", "$0.00"],
    ["-0.000000295532", "$0.00"],
    ["-0.005", "-$0.01"],
    ["0.005", "$0.01"],
  ])("%s is %s", (usd, shown) => {
    expect(dollars(usd)).toBe(shown);
  });

  test.each([
    ["1", "16.69", "+$15.69"],
    ["16.69", "1", "-$15.69"],
    ["1", "1", "+$0.00"],
    ["1", "0.9999", "+$0.00"],
  ])("from %s to %s is a difference of %s", (from, to, shown) => {
    expect(difference(from, to)).toBe(shown);
  });

  test("nothing is never less than nothing", () => {
    const usd = fc.integer({ min: -2_000_000, max: 2_000_000 }).map((n) => (n / 1_000_000).toFixed(6));
    fc.assert(
      fc.property(usd, usd, (a, b) => {
        expect(dollars(a)).not.toBe("-$0.00");
        expect(difference(a, b)).not.toBe("-$0.00");
      }),
    );
  });
});
