import * as fc from "fast-check";
import { expect, test } from "vitest";
import { explainChange, totalChange, type CostChange } from "../../src/broker/cost-change.ts";
import { groupCosts, totalOf, type CostDimension } from "../../src/broker/cost-groups.ts";
import type { ReadLedgerRow } from "../../src/domain/ledger.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.parse("2026-11-01");
const BEFORE = { from: START, to: START + 3 * DAY_MS, until: START + 6 * DAY_MS };
const AFTER = { from: BEFORE.to, to: START + 6 * DAY_MS, until: START + 6 * DAY_MS };

const row = fc
  .record({
    workload: fc.constantFrom("web", "api"),
    target: fc.constantFrom("one", "two"),
    meter: fc.constantFrom("cpu-second", "memory-gib-second", "request"),
    line: fc.nat(3),
    start: fc.nat(6 * 24),
    hours: fc.nat(5 * 24),
    open: fc.boolean(),
    amount: fc.integer({ min: -2, max: 40 }),
    rate: fc.integer({ min: 0, max: 30 }),
    hourly: fc.boolean(),
    team: fc.constantFrom("a", "b"),
    basis: fc.constantFrom("metered" as const, "estimated" as const),
  })
  .map((one): ReadLedgerRow => {
    const from = START + one.start * HOUR_MS;
    return rowOf({
      workload: one.workload,
      target: one.target,
      meter: one.meter,
      line: one.line,
      from,
      ...(one.open ? {} : { to: from + one.hours * HOUR_MS }),
      perSecond: String(one.amount / 8),
      effectiveUsd: `0.0${one.rate}`,
      measure: one.hourly ? "vCPU-hour" : "vCPU-second",
      labels: { team: one.team },
      basis: one.basis,
    });
  });
const rows = fc.array(row, { maxLength: 12 });

function rowOf(over: Partial<ReadLedgerRow>): ReadLedgerRow {
  return {
    project: "p",
    environment: "production",
    workload: "web",
    unit: "u",
    line: 0,
    provider: "ecs",
    target: "one",
    region: "eu-west-1",
    meter: "cpu-second",
    part: "run",
    from: START,
    to: AFTER.to,
    perSecond: "1",
    measure: "vCPU-hour",
    listUsd: "0.1",
    effectiveUsd: "0.1",
    basis: "metered",
    replicas: 1,
    labels: {},
    ...over,
  };
}

const explained = (all: readonly ReadLedgerRow[]) =>
  explainChange({ before: all, after: all }, { before: BEFORE, after: AFTER });
const sumOf = ({ parts }: CostChange) =>
  Object.values(parts).reduce((sum: bigint, part: bigint) => sum + part, 0n);
/** The parts that are not nothing. */
const named = ({ parts }: CostChange) =>
  Object.entries(parts).flatMap(([part, amount]) => (amount === 0n ? [] : [part]));

test("the parts of a change add up to it exactly, in all and for each workload", () => {
  fc.assert(
    fc.property(rows, (all) => {
      const changes = explained(all);
      for (const change of [...changes, totalChange(changes)])
        expect(sumOf(change)).toBe(change.after - change.before);
      const spent = (range: typeof BEFORE) => totalOf(groupCosts(all, range, "day")).effective;
      expect(totalChange(changes)).toMatchObject({ before: spent(BEFORE), after: spent(AFTER) });
    }),
    { numRuns: 1_000 },
  );
});

test("every grouping adds up to the same, and to what is metered and estimated", () => {
  fc.assert(
    fc.property(rows, (all) => {
      const range = { ...BEFORE, to: AFTER.to };
      const dimensions: readonly CostDimension[] = [
        "day",
        "workload",
        "target",
        "meter",
        "region",
        "label:team",
        "label:none",
      ];
      const totals = dimensions.map((dimension) => totalOf(groupCosts(all, range, dimension)));
      for (const total of totals) {
        expect(total).toEqual(totals[0]);
        expect(total.metered + total.estimated).toBe(total.effective);
      }
    }),
  );
});

const half = (over: Partial<ReadLedgerRow>, then: Partial<ReadLedgerRow>) => [
  rowOf({ ...over, to: BEFORE.to }),
  rowOf({ ...over, ...then, from: AFTER.from }),
];

test.each([
  ["price", half({}, { effectiveUsd: "0.2" })],
  ["replicas", half({}, { perSecond: "3" })],
  ["usage", half({ meter: "request", measure: "request" }, { perSecond: "3" })],
  ["moves", half({}, { target: "two", effectiveUsd: "0.3" })],
  [
    "moves",
    half(
      {},
      { target: "home", provider: "agents", meter: "host-hour", measure: "host-hour", effectiveUsd: "0.05" },
    ),
  ],
  ["new", [rowOf({ from: AFTER.from })]],
  ["removed", [rowOf({ to: BEFORE.to })]],
])("what changed in one way only is explained by %s alone", (part, all) => {
  expect(named(totalChange(explained(all)))).toEqual([part]);
});

test("a move to a place that costs the same by the hour is no change at all", () => {
  expect(named(totalChange(explained(half({}, { target: "two", provider: "aci" }))))).toEqual([]);
});
