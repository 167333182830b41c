import { Big } from "big.js";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isWholeMicro, microUsd } from "../../../src/policy/pack/micro-usd.ts";

const digits = (most: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: most }).map((all) => all.join(""));
const amounts = fc
  .record({ sign: fc.constantFrom("", "", "-"), whole: fc.nat({ max: 9_000_000 }), fraction: digits(12) })
  .map(({ sign, whole, fraction }) => `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}`);

test("millionths are the decimal's own: a cost is rounded up, a budget down, and less than nothing is nothing", () => {
  fc.assert(
    fc.property(amounts, (usd) => {
      const exact = new Big(usd).times(1_000_000);
      const down = exact.gt(0) ? exact.round(0, Big.roundDown) : new Big(0);
      expect(microUsd(usd, "down")).toBe(down.toNumber());
      expect(microUsd(usd, "up")).toBe(down.toNumber() + Number(exact.gt(down)));
    }),
    { numRuns: 2_000 },
  );
});

test("an amount counts as whole millionths only where rounding loses nothing", () => {
  fc.assert(
    fc.property(amounts, (usd) => {
      if (isWholeMicro(usd)) expect(new Big(usd).times(1_000_000).eq(microUsd(usd, "down"))).toBe(true);
    }),
  );
});
