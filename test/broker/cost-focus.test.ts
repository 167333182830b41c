import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chargesOf } from "../../src/broker/cost-charges.ts";
import { focusCsv } from "../../src/broker/cost-text.ts";
import { groupCosts, totalOf } from "../../src/broker/cost-groups.ts";
import { openCsv } from "../../src/cli/bill/csv-records.ts";
import { type Bill, type BilledCost, CHARGE_CATEGORIES } from "../../src/domain/bill.ts";
import type { ReadLedgerRow } from "../../src/domain/ledger.ts";
import { picoText } from "../../src/domain/spend.ts";
import { sum } from "../../src/domain/money.ts";
import { breaches, type FocusRow } from "./focus-rules.ts";

const DAY_MS = 86_400_000;
const START = Date.parse("2026-10-30");
const RANGE = { from: START, to: START + 4 * DAY_MS, until: START + 4 * DAY_MS };
/** Rows of what a commitment pays are numbered from here on. */
const COVERED = 1_000;

/** Two vCPU for half a day at list price; `over` says what is otherwise. */
const metered = (over: Partial<ReadLedgerRow> = {}): ReadLedgerRow => ({
  project: "p",
  environment: "production",
  workload: "web",
  unit: "u",
  line: 0,
  provider: "ecs",
  target: "main",
  region: "eu-west-1",
  meter: "cpu-second",
  part: "run",
  from: START,
  to: START + DAY_MS / 2,
  perSecond: "2",
  measure: "vCPU-hour",
  listUsd: "0.04048",
  effectiveUsd: "0.04048",
  rateId: "ecs/eu-west-1/linux-amd64/cpu-second@2025-10-27:0.04048",
  basis: "metered",
  replicas: 2,
  labels: { team: 'the "shop", =1' },
  ...over,
});
const billed = (over: Partial<BilledCost> = {}): BilledCost => ({
  project: "p",
  environment: "production",
  workload: "web",
  unit: "u",
  provider: "ecs",
  target: "main",
  region: "eu-west-1",
  meter: "cpu-second",
  month: "2026-10",
  day: START,
  category: "usage",
  effectiveUsd: "0.9",
  billedUsd: "0.8",
  listUsd: "1",
  labels: {},
  ...over,
});
const BILL: Bill = {
  project: "p",
  target: "main",
  month: "2026-10",
  import: "i",
  from: START - 29 * DAY_MS,
  to: START + 2 * DAY_MS,
  rows: 1,
  importedAt: 0,
  importedBy: "t",
};

function rowsOf(
  rows: readonly ReadLedgerRow[],
  bills: readonly Bill[] = [],
  lines: readonly BilledCost[] = [],
): readonly FocusRow[] {
  const text = focusCsv(chargesOf(rows, { bills, rows: lines }, RANGE), { id: "p", name: "shop" });
  const reader = openCsv("focus.csv");
  const [head = [], ...records] = [...reader.push(text), ...reader.end()];
  return records.map((cells) =>
    Object.fromEntries(head.map((name, at) => [name, cells[at] === "" ? undefined : cells[at]])),
  );
}

/** Usage of every kind that a ledger has. */
const KINDS: Readonly<Record<string, Partial<ReadLedgerRow>>> = {
  "at list price": {},
  "after a discount": { effectiveUsd: "0.036432" },
  "that a commitment pays": { line: COVERED, effectiveUsd: "0", contractedUsd: "0.036432" },
  "on Spot": {
    rateId: "ecs/us-east-1/spot-linux-amd64/cpu-second@2026-09-28:0.0138",
    effectiveUsd: "0.0138",
    listUsd: "0.0138",
    basis: "estimated",
  },
  "in a free tier": { meter: "request", measure: "request", listUsd: "0", effectiveUsd: "0" },
  "on own hosts": {
    provider: "agents",
    target: undefined,
    region: "home",
    meter: "host-hour",
    measure: "hour",
    rateId: undefined,
    listUsd: "0.1",
    effectiveUsd: "0.1",
  },
  "of an address": { meter: "ipv4-hour", measure: "address-hour" },
  "of traffic": { meter: "egress-gib", measure: "GiB", basis: "estimated" },
  "of secrets": { meter: "secret-month", measure: "secret-month" },
  "of the shortest run": { part: "minimum", basis: "estimated", measure: "vCPU-second" },
};

describe("a FOCUS export", () => {
  test.each(Object.entries(KINDS))("keeps every rule of FOCUS 1.2 for usage %s", (_words, over) => {
    for (const bills of [[], [BILL]])
      for (const row of rowsOf([metered(over)], bills)) expect(breaches(row)).toEqual([]);
  });

  test.each(CHARGE_CATEGORIES)("keeps every rule of FOCUS 1.2 for what a bill has as %s", (category) => {
    const days = [START, START - 40 * DAY_MS, START + 3 * DAY_MS];
    const lines = days.flatMap((day) =>
      ["0.8", "-0.8", "0"].map((billedUsd) => billed({ category, day, billedUsd })),
    );
    const rows = rowsOf([], [BILL], lines);
    expect(rows).toHaveLength(lines.length);
    for (const row of rows) expect(breaches(row)).toEqual([]);
  });

  test("what was once taken off as rows of their own is credits without quantities", () => {
    const [row] = rowsOf([metered({ perSecond: "-0.2", listUsd: "0" })]);
    expect(row).toMatchObject({ ChargeCategory: "Credit", EffectiveCost: "-0.097152", ListCost: "0" });
    expect(row?.["ConsumedQuantity"]).toBeUndefined();
    expect(breaches(row ?? {})).toEqual([]);
  });

  test("has a discount in the price of the usage, and what a commitment pays as committed", () => {
    const [discounted, committed] = rowsOf([
      metered({ effectiveUsd: "0.036432" }),
      metered({ line: COVERED, effectiveUsd: "0", contractedUsd: "0.036432" }),
    ]);
    expect(discounted).toMatchObject({
      ConsumedQuantity: "24",
      ListCost: "0.97152",
      ContractedUnitPrice: "0.036432",
      ContractedCost: "0.874368",
      EffectiveCost: "0.874368",
      BilledCost: "0.874368",
      PricingCategory: "Standard",
    });
    expect(committed).toMatchObject({
      ConsumedQuantity: "24",
      ListCost: "0.97152",
      ContractedUnitPrice: "0.036432",
      EffectiveCost: "0.874368",
      BilledCost: "0",
      PricingCategory: "Committed",
      CommitmentDiscountId: "p/ecs",
      CommitmentDiscountStatus: "Used",
      CommitmentDiscountUnit: "USD",
      x_MeteredCost: "0",
    });
    expect(committed?.["EffectiveCost"]).toBe(committed?.["CommitmentDiscountQuantity"]);
  });

  test("Spot is dynamic, at a price of the very SKU that is sold on demand", () => {
    const [spot, onDemand] = rowsOf([
      metered({ rateId: "ecs/eu-west-1/spot-linux-amd64/cpu-second@2026-09-28:0.0138" }),
      metered(),
    ]);
    expect([spot?.["PricingCategory"], onDemand?.["PricingCategory"]]).toEqual(["Dynamic", "Standard"]);
    expect(spot?.["SkuId"]).toBe(onDemand?.["SkuId"]);
    expect(spot?.["SkuPriceId"]).not.toBe(onDemand?.["SkuPriceId"]);
  });

  test.each([
    ["ecs", "memory-gib-second", "Amazon Elastic Container Service", "Compute"],
    ["ecs", "ipv4-hour", "Amazon Virtual Private Cloud", "Networking"],
    ["ecs", "egress-gib", "AWS Data Transfer", "Networking"],
    ["ecs", "lcu-hour", "Elastic Load Balancing", "Networking"],
    ["ecs", "log-gib", "Amazon CloudWatch", "Management and Governance"],
    ["ecs", "secret-month", "AWS Secrets Manager", "Security"],
    ["aci", "cpu-second", "Azure Container Instances", "Compute"],
    ["aci", "egress-gib", "Bandwidth", "Networking"],
    ["cloud-run", "request", "Cloud Run", "Compute"],
    ["cloud-run", "log-gib", "Cloud Logging", "Management and Governance"],
    ["cloud-run", "secret-month", "Secret Manager", "Security"],
    ["agents", "cpu-hour", "Own hosts", "Compute"],
    ["ecs", "Amazon S3", "Amazon S3", "Other"],
  ] as const)("%s bills %s under %s, in %s", (provider, meter, ServiceName, ServiceCategory) => {
    expect(rowsOf([metered({ provider, meter })])[0]).toMatchObject({ ServiceName, ServiceCategory });
  });

  test("adds up: metered costs and list costs to those of the ledger, effective ones to them and what commitments pay", () => {
    const kind = fc.constantFrom(...Object.values(KINDS));
    const usd = fc.integer({ min: 0, max: 900_000 }).map((n) => (n / 1_000_000).toFixed(6));
    const row = fc
      .record({
        kind,
        usd,
        percent: fc.integer({ min: 0, max: 99 }),
        ms: fc.integer({ min: 1, max: 3 * DAY_MS }),
      })
      .map(({ kind, usd, percent, ms }) => {
        const effectiveUsd =
          kind.effectiveUsd === "0" ? "0" : ((Number(usd) * (100 - percent)) / 100).toFixed(8);
        return metered({ ...kind, listUsd: usd, effectiveUsd, from: START, to: START + ms });
      });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), fc.boolean(), (rows, covered) => {
        const lines = rowsOf(rows, covered ? [BILL] : []);
        const total = totalOf(groupCosts(rows, RANGE, "day"));
        const of = (name: string, some = lines) => sum(some.map((line) => line[name] ?? "0"));
        const committed = lines.filter((line) => line["PricingCategory"] === "Committed");
        expect(of("x_MeteredCost")).toBe(picoText(total.effective));
        expect(of("ListCost")).toBe(picoText(total.list));
        expect(of("EffectiveCost")).toBe(sum([picoText(total.effective), of("CommitmentDiscountQuantity")]));
        expect(of("BilledCost", committed)).toBe("0");
        if (!covered) expect(of("BilledCost")).toBe(picoText(total.effective));
        expect(lines.flatMap(breaches)).toEqual([]);
      }),
    );
  });
});
