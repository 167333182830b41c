import * as fc from "fast-check";
import { expect, test } from "vitest";
import { chargesOf } from "../../src/broker/cost-charges.ts";
import { groupCosts, totalOf, type CostDimension } from "../../src/broker/cost-groups.ts";
import { CHARGE_CATEGORIES, type Bill, type BilledCost } from "../../src/domain/bill.ts";
import type { ReadLedgerRow } from "../../src/domain/ledger.ts";
import { sum } from "../../src/domain/money.ts";
import { picoText } from "../../src/domain/spend.ts";

const DAY_MS = 86_400_000;
const START = Date.parse("2026-10-01");
const DAYS = 6;
const RANGE = { from: START, to: START + DAYS * DAY_MS, until: START + DAYS * DAY_MS };
const DIMENSIONS: readonly CostDimension[] = ["day", "workload", "target", "meter", "region", "label:team"];

const WHOSE = { project: "p", environment: "production", provider: "ecs", region: "eu-west-1" } as const;
const where = {
  day: fc.nat(DAYS - 1),
  workload: fc.constantFrom("web", "api"),
  target: fc.constantFrom("one", "two"),
  meter: fc.constantFrom("cpu-second", "Amazon S3"),
  team: fc.constantFrom("a", "b"),
  usd: fc.integer({ min: -500, max: 5_000 }).map((n) => String(n / 100)),
};

const metered = fc
  .record({ ...where, hours: fc.integer({ min: 1, max: 60 }) })
  .map(({ day, hours, usd, team, ...of }): ReadLedgerRow => ({
    ...WHOSE,
    ...of,
    unit: "u",
    line: 0,
    part: "run",
    from: START + day * DAY_MS,
    to: START + day * DAY_MS + hours * 3_600_000,
    perSecond: "1",
    measure: "vCPU-hour",
    listUsd: usd,
    effectiveUsd: usd,
    basis: "metered",
    replicas: 1,
    labels: { team },
  }));
const billed = fc
  .record({ ...where, category: fc.constantFrom(...CHARGE_CATEGORIES), more: where.usd })
  .map(({ day, usd, more, team, ...of }): BilledCost => ({
    ...WHOSE,
    ...of,
    unit: "u",
    month: "2026-10",
    day: START + day * DAY_MS,
    effectiveUsd: usd,
    billedUsd: more,
    listUsd: "0",
    labels: { team },
  }));
const bill = fc
  .record({ target: where.target, first: fc.nat(DAYS - 1), days: fc.nat(DAYS) })
  .map(({ target, first, days }): Bill => ({
    project: "p",
    target,
    month: "2026-10",
    import: "i",
    from: START + first * DAY_MS,
    to: START + (first + days) * DAY_MS,
    rows: 0,
    importedAt: 0,
    importedBy: "t",
  }));
const ledgerRows = fc.array(metered, { maxLength: 8 });
const bills = fc.record({
  bills: fc.uniqueArray(bill, { maxLength: 2, selector: ({ target }) => target }),
  rows: fc.array(billed, { maxLength: 8 }),
});

test("every grouping adds up to the same bill, and what was metered is what it is without one", () => {
  fc.assert(
    fc.property(ledgerRows, bills, (rows, read) => {
      const totals = DIMENSIONS.map((dimension) => totalOf(groupCosts(rows, RANGE, dimension, read)));
      const alone = totalOf(groupCosts(rows, RANGE, "day"));
      for (const total of totals) {
        expect(total).toEqual(totals[0]);
        expect({ ...total, bill: undefined }).toEqual({ ...alone, bill: undefined });
      }
    }),
  );
});

test("every line of a bill is in one amount of it, and compared is what was metered under its cover", () => {
  fc.assert(
    fc.property(ledgerRows, bills, (rows, read) => {
      const covered = (target: string | undefined, day: number) =>
        read.bills.some((one) => one.target === target && day >= one.from && day < one.to);
      const { bill: said } = totalOf(groupCosts(rows, RANGE, "day", read));
      const amounts = {
        billed: 0n,
        compared: 0n,
        invoiced: 0n,
        purchase: 0n,
        tax: 0n,
        credit: 0n,
        adjustment: 0n,
      };
      const { billed: usage, compared, invoiced, purchase, tax, credit, adjustment } = said ?? amounts;
      const apart = [invoiced, purchase, tax, credit, adjustment].reduce(
        (total, amount) => total + amount,
        0n,
      );
      expect(picoText(apart)).toBe(sum(read.rows.map(({ billedUsd }) => billedUsd)));
      const counted = read.rows.filter((row) => row.category === "usage" && covered(row.target, row.day));
      expect(picoText(usage)).toBe(sum(counted.map(({ effectiveUsd }) => effectiveUsd)));
      const days = groupCosts(rows, RANGE, "day").map(({ key }) => Date.parse(key));
      const under = days.flatMap((day) =>
        rows
          .filter(({ target }) => covered(target, day))
          .map(
            (row) => totalOf(groupCosts([row], { ...RANGE, from: day, to: day + DAY_MS }, "day")).effective,
          ),
      );
      expect(compared).toBe(under.reduce((total, amount) => total + amount, 0n));
    }),
  );
});

test("of a file's charges, metered costs add up to what was metered, effective ones to that and what bills have beyond usage, and no day is billed by both", () => {
  fc.assert(
    fc.property(ledgerRows, bills, (rows, read) => {
      const charges = [...chargesOf(rows, read, RANGE)];
      const total = totalOf(groupCosts(rows, RANGE, "day", read));
      expect(sum(charges.map(({ meteredUsd }) => meteredUsd))).toBe(picoText(total.effective));
      const { purchase = 0n, tax = 0n, credit = 0n, adjustment = 0n } = total.bill ?? {};
      const effective = total.effective + purchase + tax + credit + adjustment;
      expect(sum(charges.map(({ effectiveUsd }) => effectiveUsd))).toBe(picoText(effective));
      const outside = total.effective - (total.bill?.compared ?? 0n);
      const expected = sum([picoText(outside), ...read.rows.map(({ billedUsd }) => billedUsd)]);
      expect(sum(charges.map(({ billedUsd }) => billedUsd))).toBe(expected);
      expect(charges.filter(({ basis }) => basis === "billed")).toHaveLength(read.rows.length);
    }),
  );
});
