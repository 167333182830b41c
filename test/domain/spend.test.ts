import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { LedgerRow } from "../../src/domain/ledger.ts";
import { daysOf, picoOf, picoText, startOfDay } from "../../src/domain/spend.ts";

const ROW: LedgerRow = {
  project: "p",
  environment: "production",
  workload: "web",
  unit: "u",
  line: 0,
  provider: "ecs",
  target: "home",
  region: "eu-west-1",
  meter: "cpu-second",
  part: "run",
  from: Date.parse("2026-11-22T23:00:00Z"),
  perSecond: "0.25",
  measure: "vCPU-hour",
  listUsd: "0.04048",
  effectiveUsd: "0.03",
  basis: "metered",
  replicas: 1,
  labels: {},
};
const YEAR = { from: Date.parse("2026-01-01"), to: Date.parse("2027-01-01") };
const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

test("a row is cut at midnight UTC, and a rate by the hour counts hours", () => {
  const days = daysOf({ ...ROW, to: Date.parse("2026-11-23T02:00:00Z") }, { ...YEAR, until: 0 });
  expect(days.map(({ day }) => new Date(day).toISOString().slice(0, 10))).toEqual([
    "2026-11-22",
    "2026-11-23",
  ]);
  expect(days.map(({ effective }) => picoText(effective))).toEqual(["0.0075", "0.015"]);
  expect(picoText(sum(days.map(({ list }) => list)))).toBe("0.03036");
  expect(days.map(({ quantity }) => picoText(quantity))).toEqual(["0.25", "0.5"]);
});

test("a row that goes on counts until now, and nothing outside the range counts", () => {
  const until = Date.parse("2026-11-23T00:30:00Z");
  expect(daysOf(ROW, { ...YEAR, until })).toHaveLength(2);
  expect(daysOf(ROW, { ...YEAR, from: Date.parse("2026-11-24"), until })).toEqual([]);
  expect(daysOf(ROW, { ...YEAR, until: ROW.from })).toEqual([]);
});

test("a row cut into ranges of days costs what it costs whole, to the last place", () => {
  const day = 86_400_000;
  fc.assert(
    fc.property(
      fc.nat(5 * day),
      fc.nat(9 * day),
      fc.nat(12),
      fc.integer({ min: -99_999, max: 99_999 }),
      (start, length, cut, rate) => {
        const from = startOfDay(ROW.from) + start;
        const row = { ...ROW, from, to: from + length, effectiveUsd: picoText(BigInt(rate) * 10n ** 6n) };
        const at = startOfDay(ROW.from) + cut * day;
        const whole = daysOf(row, { ...YEAR, until: 0 });
        const parts = [
          ...daysOf(row, { from: YEAR.from, to: at, until: 0 }),
          ...daysOf(row, { from: at, to: YEAR.to, until: 0 }),
        ];
        expect(parts).toEqual(whole);
      },
    ),
  );
});

test("a decimal comes back as it went in, and what is finer is rounded away from zero", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (pico) => {
      expect(picoOf(picoText(pico))).toBe(pico);
    }),
  );
  expect(["0.0000000000005", "-0.0000000000005", "0.0000000000004"].map(picoOf)).toEqual([1n, -1n, 0n]);
  expect([picoText(-1n), picoText(10n ** 12n), picoText(0n)]).toEqual(["-0.000000000001", "1", "0"]);
});
