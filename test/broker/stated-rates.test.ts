import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { putAccountRates } from "../../src/broker/account-rates.ts";
import { deploy } from "../../src/broker/deploy.ts";
import { dryRun } from "../../src/broker/dry-run.ts";
import { endAccountRates } from "../../src/broker/end-account-rates.ts";
import { meterPass } from "../../src/broker/meter.ts";
import { type Ports, scopeOf } from "../../src/broker/ports.ts";
import { receiptView } from "../../src/broker/receipt-view.ts";
import { readReceipt, replayPlan } from "../../src/broker/replay.ts";
import { type SentRate, statedSince } from "../../src/broker/stated-rates.ts";
import { simulatePolicy } from "../../src/broker/simulate-policy.ts";
import type { Plan } from "../../src/domain/plan.ts";
import type { Bench } from "./ports.ts";
import { openPricedBench } from "./priced-bench.ts";
import { sandboxTarget, workerSpec } from "./specs.ts";

const HOUR_MS = 3_600_000;
const ROLLOUT_MS = 45_000;
const FAR = 4_000_000_000_000;
const CPU = {
  provider: "ecs",
  region: "eu-west-1",
  meter: "cpu-second",
  unit: "vCPU-hour",
  usd: "0.05",
} as const;
const STATED_ID = "ecs/eu-west-1/linux-amd64/cpu-second@2026-11-22:0.05:stated";

let bench: Bench;
let ports: Ports;
beforeEach(async () => {
  ({ bench, ports } = await openPricedBench());
});
afterEach(async () => {
  await bench.close();
});

const SPEC = workerSpec({ resources: { cpu: 1, memory: "2Gi", arch: "amd64" } });
const put = async () => (await deploy(ports, bench.caller, "web", { spec: SPEC })).plan;
const state = (...stated: readonly SentRate[]) =>
  putAccountRates(ports, bench.caller, { discounts: [], commitments: [], stated }, undefined);
const pass = () => meterPass({ ...ports, owner: "a" });
const cpuOf = (plan: Pick<Plan, "price">) => plan.price?.lines.find(({ meter }) => meter === "cpu-second");
/** The stretches of the CPU's line that ran: from and to after the first, rate and its id. */
async function cpuRows() {
  await pass();
  const { rows } = await bench.file.store.ledger({ project: undefined, from: 0, to: FAR, limit: 1_000 });
  return rows
    .filter(({ meter, part, line }) => meter === "cpu-second" && part === "run" && line === 0)
    .map(({ from, to, effectiveUsd, rateId }) => ({ from, to, usd: effectiveUsd, rateId }));
}
async function running() {
  await put();
  await bench.run(ROLLOUT_MS);
  bench.clock.now += HOUR_MS;
}

test("a figure keeps the day and the name under which it was first stated, until it is another", () => {
  const first = statedSince([CPU, { ...CPU, region: "us-east-1" }], [], { at: 1, by: "token:a" });
  const sent = [
    { ...CPU, usd: "0.0500", note: "the same" },
    { ...CPU, region: "us-east-1", usd: "0.06" },
    { ...CPU, arch: "arm64" as const },
    { provider: "ecs", region: "eu-west-1", meter: "egress-gib", usd: "1" } as const,
  ];
  expect(statedSince(sent, first, { at: 2, by: "token:b" })).toMatchObject([
    { usd: "0.05", note: "the same", at: 1, by: "token:a" },
    { usd: "0.06", at: 2, by: "token:b" },
    { arch: "arm64", at: 2, by: "token:b" },
    { unit: "GiB", at: 2 },
  ]);
});

describe("in plans", () => {
  test("a stated rate prices offers and plans, and the receipt has it and replays alike after it is gone", async () => {
    await state({ ...CPU, note: "contract 7" });
    const plan = await put();
    expect(cpuOf(plan)).toMatchObject({
      rateUsd: "0.05",
      rateId: STATED_ID,
      confidence: "stated",
      source: "stated by the account (token:ci)",
      asOf: "2026-11-22",
      note: expect.stringMatching(/^contract 7; instead of the price book's/),
    });
    const view = receiptView(await readReceipt(ports, bench.caller, plan.id), false);
    expect(view.accountRates).toMatchObject({ rates: { stated: [{ ...CPU, by: "token:ci" }] } });
    await state();
    bench.clock.now += 30 * 24 * HOUR_MS;
    expect(await replayPlan(ports, bench.caller, plan.id)).toMatchObject({ identical: true });
    expect(cpuOf(await dryRun(ports, bench.caller, { spec: SPEC }))?.confidence).toBe("high");
  });

  test.each([
    ["aci", "westeurope", {}],
    // Nobody publishes worker pools but in one region.
    ["cloud-run", "europe-west1", { billing: "worker-pool" }],
  ] as const)("every cloud offers at stated rates (%s)", async (provider, region, sold) => {
    await bench.connect("two", sandboxTarget(provider));
    const rate = { provider, region, usd: "0.000001", ...sold } as const;
    await state({ ...rate, meter: "cpu-second" }, { ...rate, meter: "memory-gib-second" });
    const plan = await dryRun(ports, bench.caller, { spec: SPEC, policy: { targets: ["two"] } });
    expect(cpuOf(plan)).toMatchObject({ rateUsd: "0.000001", confidence: "stated" });
  });

  test("discounts are taken off a stated rate as off any list price", async () => {
    const discounts = [{ provider: "ecs", percent: "10" }] as const;
    await putAccountRates(ports, bench.caller, { discounts, commitments: [], stated: [CPU] }, undefined);
    const { price } = await dryRun(ports, bench.caller, { spec: SPEC });
    const lines = (price?.lines ?? []).filter(({ rateId }) => rateId === STATED_ID);
    expect(lines.filter(({ note }) => note === "10 % off ecs").length).toBe(lines.length / 2);
  });

  test("from its end on the book's price counts again", async () => {
    await state({ ...CPU, until: bench.clock.now + 1_000 });
    expect(cpuOf(await dryRun(ports, bench.caller, { spec: SPEC }))?.confidence).toBe("stated");
    bench.clock.now += 1_000;
    expect(cpuOf(await dryRun(ports, bench.caller, { spec: SPEC }))?.confidence).toBe("high");
  });

  test("a what-if of prices starts from what was stated, of the fleet and of the past", async () => {
    await state(CPU);
    await running();
    const prices = { percent: { ecs: "10" } };
    for (const over of ["fleet", "receipts"] as const) {
      const { totals, warnings } = await simulatePolicy(ports, bench.caller, "default", {
        prices,
        over,
        limit: 10,
      });
      expect({ over, warnings, repriced: totals.repriced }).toEqual({ over, warnings: [], repriced: 1 });
      expect(Number(totals.differenceUsd)).toBeCloseTo(Number(totals.beforeUsd) / 10, 6);
    }
  });
});

describe("in the ledger", () => {
  test("what runs is split at the moment at which a rate is stated, changed and taken back", async () => {
    await running();
    const times: number[] = [];
    for (const rates of [[CPU], [{ ...CPU, usd: "0.06" }], []]) {
      times.push(bench.clock.now);
      await state(...rates);
      bench.clock.now += HOUR_MS;
    }
    const rows = await cpuRows();
    const [book] = rows;
    expect(rows.map(({ usd }) => usd)).toEqual([book?.usd, "0.05", "0.06", book?.usd]);
    expect(rows.slice(1).map(({ from }) => from)).toEqual(times);
    expect(rows.map(({ to }) => to)).toEqual([...times, undefined]);
    expect(rows[1]?.rateId).toBe(STATED_ID);
    expect(rows[3]?.rateId).toBe(book?.rateId);
  });

  test("what has ended is split at its end, however late anybody looks, once", async () => {
    await running();
    const end = bench.clock.now + HOUR_MS;
    await state(
      { ...CPU, until: end },
      { ...CPU, meter: "memory-gib-second", unit: "GiB-hour", until: end + 1 },
    );
    bench.clock.now += 9 * HOUR_MS;
    expect(await endAccountRates(ports)).toBe(2);
    expect(await endAccountRates(ports)).toBe(0);
    const rows = await cpuRows();
    expect(rows.map(({ from, usd }) => [from === end, usd])).toEqual([
      [false, rows[0]?.usd],
      [false, "0.05"],
      [true, rows[0]?.usd],
    ]);
  });

  test("the same rates again, or others elsewhere, leave the rows as they are", async () => {
    await state(CPU);
    await running();
    await state(CPU);
    await state(CPU, { ...CPU, region: "eu-central-1" });
    expect(await cpuRows()).toHaveLength(1);
  });

  describe("of a plan that is committed after other rates were stated than it was priced at", () => {
    /** Deploys; between the pricing and the commit, `meanwhile` happens. */
    const deployWhile = (meanwhile: () => Promise<unknown>, over = {}) => {
      const commit: Ports["store"]["commit"] = async (...args) => {
        await meanwhile();
        return await ports.store.commit(...args);
      };
      return deploy({ ...ports, store: { ...ports.store, commit } }, bench.caller, "web", {
        spec: { ...SPEC, ...over },
      });
    };
    const later = async () => {
      await bench.run(ROLLOUT_MS);
      bench.clock.now += HOUR_MS;
      return (await cpuRows()).map(({ usd, rateId = "" }) => [usd, rateId.endsWith(":stated")]);
    };

    test("a rate that was stated meanwhile is the one that is charged", async () => {
      const { plan } = await deployWhile(() => state(CPU));
      expect(cpuOf(plan)?.confidence).toBe("high");
      expect(await later()).toEqual([["0.05", true]]);
    });

    test("a rate that was changed meanwhile is charged as it was changed to", async () => {
      await state({ ...CPU, usd: "0.07" });
      await deployWhile(() => state(CPU));
      expect(await later()).toEqual([["0.05", true]]);
    });

    test("a rate that was taken back meanwhile is charged no more", async () => {
      await state(CPU);
      const { plan } = await deployWhile(() => state());
      expect(cpuOf(plan)?.rateUsd).toBe("0.05");
      expect((await later()).map(([, stated]) => stated)).toEqual([false]);
    });

    test("units that the plan keeps do not go back to the rate it was priced at", async () => {
      await running();
      await state({ ...CPU, usd: "0.07" });
      bench.clock.now += HOUR_MS;
      const [before] = (await ports.store.units(scopeOf(bench.caller), "web")).map(({ unit }) => unit.id);
      await deployWhile(() => state(CPU), { scale: { min: 2, max: 2 } });
      const rates = await later();
      const [after] = (await ports.store.units(scopeOf(bench.caller), "web")).map(({ unit }) => unit.id);
      expect(after).toBe(before);
      expect(rates.slice(1)).toEqual([
        ["0.07", true],
        ["0.05", true],
        ["0.05", true],
      ]);
    });

    test("one that has ended meanwhile is charged no more, whoever tells the meter first", async () => {
      await state({ ...CPU, until: bench.clock.now + 1_000 });
      await deployWhile(async () => void (bench.clock.now += 1_000));
      await bench.run(ROLLOUT_MS);
      await endAccountRates(ports);
      expect((await later()).at(-1)?.[1]).toBe(false);
    });
  });

  test("a figure that the book has as well is another price, by who says it", async () => {
    await running();
    const [book] = await cpuRows();
    await state({ ...CPU, usd: book?.usd ?? "" });
    const rows = await cpuRows();
    expect(rows.map(({ usd }) => usd)).toEqual([book?.usd, book?.usd]);
    expect(rows.map(({ rateId = "" }) => rateId.endsWith(":stated"))).toEqual([false, true]);
  });
});
