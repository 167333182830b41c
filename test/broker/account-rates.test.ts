import { afterEach, beforeEach, expect, test } from "vitest";
import { ratesNow } from "../../src/broker/account-rates.ts";
import type { AccountRates } from "../../src/domain/account-rates.ts";
import type { ReadLedgerRow } from "../../src/domain/ledger.ts";
import { openStoreFile, type StoreFile } from "./store-file.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const SCOPE = { project: "shop", environment: "production" };
const RATES: AccountRates = {
  discounts: [],
  commitments: [
    { provider: "ecs", usdPerHour: "5", until: NOW + 1 },
    { provider: "aci", usdPerHour: "5", until: NOW },
  ],
};

let file: StoreFile;
beforeEach(async () => {
  file = await openStoreFile();
});
afterEach(() => file.close());

/** 2 vCPU of Fargate that run, and that a commitment pays. */
const row = (changes: Partial<ReadLedgerRow> = {}): ReadLedgerRow => ({
  ...SCOPE,
  workload: "api",
  provider: "ecs",
  region: "eu-west-1",
  unit: "u1",
  line: 1_000,
  meter: "cpu-second",
  part: "run",
  from: NOW - 1_000,
  perSecond: "2",
  measure: "vCPU-hour",
  listUsd: "0.04",
  effectiveUsd: "0",
  basis: "metered",
  replicas: 2,
  labels: {},
  ...changes,
});

async function used(rows: readonly ReadLedgerRow[], rates = RATES) {
  await file.store.putAccountRates("shop", rates, { base: "book" }, NOW - 5);
  const store = { ...file.store, ledger: async () => ({ rows, next: undefined }) };
  return (await ratesNow({ store, now: () => NOW }, SCOPE, "web"))?.committedUsedUsdPerHour;
}

test("what a commitment pays of others is not there any more, whatever its lines are counted by", async () => {
  expect(await used([row()])).toEqual({ ecs: "0.08" });
  const bySecond = row({ perSecond: "0.5", measure: "vCPU-second", listUsd: "0.00002" });
  expect(await used([row(), bySecond])).toEqual({ ecs: "0.116" });
});

test("it is counted after discounts, as what a newcomer takes of it is", async () => {
  const discounts = [
    { provider: "ecs", percent: "10" },
    { provider: "ecs", percent: "50", until: NOW },
    { provider: "aci", percent: "50" },
  ] as const;
  expect(await used([row()], { ...RATES, discounts })).toEqual({ ecs: "0.072" });
});

test("what has ended, other providers, other meters, the workload that is priced, and what no commitment pays use nothing up", async () => {
  const rows = [
    row({ to: NOW }),
    row({ provider: "cloud-run" }),
    row({ meter: "ipv4-hour" }),
    row({ workload: "web" }),
    row({ line: 0 }),
  ];
  expect(await used(rows)).toEqual({ ecs: "0" });
  expect(await used([row({ workload: "web", environment: "staging" })])).toEqual({ ecs: "0.08" });
});

test("a project without rates, or with none left, pays list prices", async () => {
  expect(await ratesNow({ store: file.store, now: () => NOW }, SCOPE, "web")).toBeUndefined();
  expect(await used([row()], { discounts: [], commitments: [] })).toBeUndefined();
});
