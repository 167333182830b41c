import * as fc from "fast-check";
import { Big } from "big.js";
import { expect, test } from "vitest";
import type { TermLine } from "../../src/domain/ledger.ts";
import { committedUsdPerHour, isCovered, lineOf, netUsd, paidLines } from "../../src/domain/paid-lines.ts";

const REGION = "eu-west-1";
const line: fc.Arbitrary<TermLine> = fc
  .record({
    meter: fc.constantFrom("cpu-second", "memory-gib-second", "request", "ipv4-hour"),
    perSecond: fc.integer({ min: 0, max: 9_999 }).map((amount) => new Big(amount).div(1_000).toFixed()),
    measure: fc.constantFrom("vCPU-hour", "GiB-second"),
    listUsd: fc.integer({ min: 0, max: 9_999 }).map((amount) => new Big(amount).div(100_000).toFixed()),
  })
  .map((one) => ({ ...one, effectiveUsd: one.listUsd, basis: "metered", perReplica: true }));
const paying = fc.record({
  discounts: fc.array(
    fc.record(
      {
        provider: fc.constant("ecs" as const),
        percent: fc.integer({ min: 1, max: 1_000 }).map((tenths) => new Big(tenths).div(10).toFixed()),
        meter: fc.constantFrom("cpu-second", "ipv4-hour"),
        region: fc.constantFrom(REGION, "us-east-1"),
      },
      { requiredKeys: ["provider", "percent"] },
    ),
    { maxLength: 3 },
  ),
  coveredUsdPerHour: fc.integer({ min: 0, max: 3_000 }).map((cents) => new Big(cents).div(7).toFixed(12)),
});
const lines = fc.array(line, { maxLength: 5 });

test("what is paid and what a commitment pays are the whole of each line, and neither is below nothing", () => {
  fc.assert(
    fc.property(lines, paying, (all, how) => {
      const paid = paidLines(all, how, REGION);
      for (const [number, { perSecond }] of all.entries()) {
        const parts = paid.filter((one) => lineOf({ line: one.number }) === number);
        const whole = parts.reduce((sum, part) => sum.plus(part.line.perSecond), new Big(0));
        expect(whole.toFixed()).toBe(new Big(perSecond).toFixed());
        for (const part of parts) {
          expect(new Big(part.line.perSecond).gt(0) && new Big(part.line.effectiveUsd).gte(0)).toBe(true);
          if (isCovered({ line: part.number })) expect(part.line.effectiveUsd).toBe("0");
          expect(part.line.contractedUsd !== undefined).toBe(isCovered({ line: part.number }));
        }
      }
    }),
  );
});

test("a commitment pays as much as is its share, and all of it where that is enough, to the last digit", () => {
  fc.assert(
    fc.property(lines, paying, (all, how) => {
      const whole = new Big(committedUsdPerHour(all, how.discounts, REGION));
      const covered = paidLines(all, how, REGION).filter(({ number }) => isCovered({ line: number }));
      const worth = new Big(
        committedUsdPerHour(
          covered.map((one) => one.line),
          how.discounts,
          REGION,
        ),
      );
      if (whole.lte(how.coveredUsdPerHour)) expect(worth.toFixed()).toBe(whole.toFixed());
      else {
        expect(worth.lte(how.coveredUsdPerHour)).toBe(true);
        expect(Number(worth)).toBeCloseTo(Number(how.coveredUsdPerHour), 9);
      }
    }),
  );
});

const CPU = { meter: "cpu-second", perSecond: "2", measure: "vCPU-hour", listUsd: "0.04" };
const TERM: TermLine = { ...CPU, effectiveUsd: "0.04", basis: "metered", perReplica: true };

test("the discount that names most counts, exactly, and traffic is no commitment's to pay", () => {
  const discounts = [
    { provider: "ecs", percent: "10" },
    { provider: "ecs", percent: "12.5", meter: "cpu-second" },
    { provider: "ecs", percent: "50", region: "us-east-1" },
  ] as const;
  const ipv4 = { ...TERM, meter: "ipv4-hour", measure: "hour" };
  const paid = paidLines([TERM, ipv4], { discounts, coveredUsdPerHour: "0.035" }, REGION);
  expect(paid.map((one) => [one.number, one.line.perSecond, one.line.effectiveUsd])).toEqual([
    [0, "1", "0.035"],
    [1_000, "1", "0"],
    [1, "2", "0.036"],
  ]);
});

test("lines that were once taken off beside what they were taken off from count no more", () => {
  const off = { ...TERM, perSecond: "-0.2", listUsd: "0" };
  const paid = paidLines([TERM, off], { discounts: [], coveredUsdPerHour: "0" }, REGION);
  expect(paid).toEqual([{ number: 0, line: TERM }]);
});

test("what a commitment pays says what it would cost after discounts, as the rest of its line costs", () => {
  fc.assert(
    fc.property(lines, paying, (all, how) => {
      const paid = paidLines(all, how, REGION);
      for (const { number, line: covered } of paid.filter((one) => isCovered({ line: one.number }))) {
        const own = all[lineOf({ line: number })];
        expect(own && netUsd(own, how.discounts, REGION)).toBe(covered.contractedUsd);
        const rest = paid.find((one) => one.number === lineOf({ line: number }));
        if (rest !== undefined) expect(rest.line.effectiveUsd).toBe(covered.contractedUsd);
      }
    }),
  );
});
