import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  add,
  compare,
  formatUsd,
  isDecimal,
  multiply,
  round,
  subtract,
  sum,
} from "../../src/domain/money.ts";

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.stringMatching(/^\d{1,9}$/))
  .map(([whole, cents]) => `${whole}.${cents}`);

test("sums are exact where floats are not", () => {
  expect(add("0.1", "0.2")).toBe("0.3");
  expect(sum(["0.1", "0.2", "0.0000001"])).toBe("0.3000001");
  expect(sum([])).toBe("0");
  expect(multiply("0.0000000001", "3")).toBe("0.0000000003");
  expect(multiply("1.005", 100)).toBe("100.5");
});

test("what was added can be taken away again, and order does not matter", () => {
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      expect(compare(subtract(add(a, b), b), a)).toBe(0);
      expect(add(a, b)).toBe(add(b, a));
      expect(sum([a, b])).toBe(add(a, b));
      expect(isDecimal(add(a, b))).toBe(true);
      expect(compare(a, b) + compare(b, a)).toBe(0);
    }),
  );
});

test.each(["0", "1.50", "-0.5", "123456789012345678901234567890.12"])("%s is a decimal", (text) =>
  expect(isDecimal(text)).toBe(true),
);

test.each(["", "1e3", "+1", ".5", "1.", "01", "1,5", "NaN", " 1", "1\n", "9".repeat(65)])(
  "%j is not a decimal",
  (text) => expect(isDecimal(text)).toBe(false),
);

test("rounding is half away from zero, with all decimals written", () => {
  expect([round("1.005", 2), round("-1.005", 2), round("2", 3)]).toEqual(["1.01", "-1.01", "2.000"]);
});

test.each([
  ["12.3", "$12.30"],
  ["1234567.891", "$1,234,567.89"],
  ["0", "$0.00"],
  ["-0.0", "$0.00"],
  ["-0.5", "-$0.50"],
  ["0.004", "<$0.01"],
  ["-0.001", "-<$0.01"],
  ["0.005", "$0.01"],
  ["999.999", "$1,000.00"],
])("%s is shown as %s", (amount, shown) => expect(formatUsd(amount)).toBe(shown));
