import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { putAccountRates, type SentRates } from "../../src/broker/account-rates.ts";
import { putBudget } from "../../src/broker/budgets.ts";
import { deploy } from "../../src/broker/deploy.ts";
import { destroy } from "../../src/broker/destroy.ts";
import { dryRun } from "../../src/broker/dry-run.ts";
import { endAccountRates } from "../../src/broker/end-account-rates.ts";
import { meterPass } from "../../src/broker/meter.ts";
import type { Ports } from "../../src/broker/ports.ts";
import type { ReadLedgerRow } from "../../src/domain/ledger.ts";
import type { Plan } from "../../src/domain/plan.ts";
import { committedUsdPerHour, isCovered } from "../../src/domain/paid-lines.ts";
import { daysOf } from "../../src/domain/spend.ts";
import type { Bench } from "./ports.ts";
import { openPricedBench } from "./priced-bench.ts";
import { workerSpec } from "./specs.ts";

const HOUR_MS = 3_600_000;
const ROLLOUT_MS = 45_000;
const FAR = 4_000_000_000_000;
const COMPUTE = new Set(["cpu-second", "memory-gib-second"]);
/** More than anything here uses. */
const PLENTY = "100";

let bench: Bench;
let ports: Ports;
beforeEach(async () => {
  ({ bench, ports } = await openPricedBench());
});
afterEach(async () => {
  await bench.close();
});

const specOf = (name: string, over = {}) =>
  workerSpec({ name, resources: { cpu: 1, memory: "2Gi", arch: "amd64" }, ...over });
const put = (name: string, over = {}) => deploy(ports, bench.caller, name, { spec: specOf(name, over) });
const rates = (sent: Partial<SentRates>) =>
  putAccountRates(ports, bench.caller, { discounts: [], commitments: [], stated: [], ...sent }, undefined);
const commitment = (usdPerHour: string, until = FAR) => ({
  commitments: [{ provider: "ecs", usdPerHour, until } as const],
});
const off = (percent: string, until?: number) => ({
  discounts: [{ provider: "ecs", percent, ...(until === undefined ? {} : { until }) } as const],
});
async function running(name: string) {
  await put(name);
  await bench.run(ROLLOUT_MS);
  bench.clock.now += HOUR_MS;
}
/** The compute of a workload as it ran, after a pass of the meter. */
async function rowsOf(workload: string): Promise<readonly ReadLedgerRow[]> {
  await meterPass({ ...ports, owner: "a" });
  const { rows } = await bench.file.store.ledger({ project: undefined, from: 0, to: FAR, limit: 2_000 });
  return rows.filter((row) => row.workload === workload && COMPUTE.has(row.meter));
}
/** From when to when the CPU cost what it did, as a part of its list price; what a commitment pays costs 0. */
const stretches = async (workload: string) =>
  (await rowsOf(workload))
    .filter(({ meter, part }) => meter === "cpu-second" && part === "run")
    .map((row) => ({
      from: row.from,
      to: row.to,
      paid: Math.round((Number(row.effectiveUsd) / Number(row.listUsd)) * 1_000) / 1_000,
    }));
const spent = async (workload: string, from = 0) =>
  (await rowsOf(workload))
    .flatMap((row) => daysOf(row, { from, to: FAR, until: bench.clock.now }))
    .reduce((sum, { effective }) => sum + effective, 0n);
/** What commitments pay of a workload now, at list price, USD an hour. */
const coveredOf = async (workload: string): Promise<number> =>
  (await rowsOf(workload))
    .filter((row) => row.to === undefined && isCovered(row))
    .reduce((sum, row) => sum + Number(committedUsdPerHour([row], [], row.region)), 0);

describe("what runs is split at the very moment at which", () => {
  test("a discount begins, changes and is taken back", async () => {
    await running("web");
    const times: number[] = [];
    for (const sent of [off("10"), off("25"), {}]) {
      times.push(bench.clock.now);
      await rates(sent);
      bench.clock.now += HOUR_MS;
    }
    const all = await stretches("web");
    expect(all.map(({ paid }) => paid)).toEqual([1, 0.9, 0.75, 1]);
    expect(all.slice(1).map(({ from }) => from)).toEqual(times);
    expect(all.map(({ to }) => to)).toEqual([...times, undefined]);
  });

  test("a commitment begins and is taken back", async () => {
    await running("web");
    const times = [bench.clock.now, bench.clock.now + HOUR_MS];
    await rates(commitment(PLENTY));
    bench.clock.now += HOUR_MS;
    await rates({});
    const all = await stretches("web");
    expect(all.map(({ paid }) => paid)).toEqual([1, 0, 1]);
    expect(all.slice(1).map(({ from }) => from)).toEqual(times);
  });

  test.each([
    ["discount", (until: number) => off("40", until), 0.6],
    ["commitment", (until: number) => commitment(PLENTY, until), 0],
  ])("a %s ends by its until, however late anybody looks", async (_what, sent, paid) => {
    const end = bench.clock.now + 2 * HOUR_MS;
    await rates(sent(end));
    await running("web");
    bench.clock.now = end + 9 * HOUR_MS;
    expect(await endAccountRates(ports)).toBe(1);
    expect(await endAccountRates(ports)).toBe(0);
    const all = await stretches("web");
    expect(all.map((one) => [one.paid, one.to])).toEqual([
      [paid, end],
      [1, undefined],
    ]);
  });

  test("one ends before something else happens to the unit that nobody had taken in yet", async () => {
    const end = bench.clock.now + 2 * HOUR_MS;
    await rates(off("40", end));
    await running("web");
    bench.clock.now = end + HOUR_MS;
    await put("web", { scale: { min: 2, max: 2 } });
    await bench.run(ROLLOUT_MS);
    const all = await stretches("web");
    expect(all.slice(0, 2).map((one) => [one.paid, one.to])).toEqual([
      [0.6, end],
      [1, expect.any(Number)],
    ]);
  });
});

test("a plan that is committed after the rates it was priced at are gone is metered as it is in force", async () => {
  await rates(off("50"));
  const commit: Ports["store"]["commit"] = async (...args) => {
    await rates({});
    return await ports.store.commit(...args);
  };
  await deploy({ ...ports, store: { ...ports.store, commit } }, bench.caller, "web", { spec: specOf("web") });
  await bench.run(ROLLOUT_MS);
  expect((await stretches("web")).map(({ paid }) => paid)).toEqual([1]);
});

describe("a commitment", () => {
  test("that covers everything leaves nothing to be metered, to the last digit, its start among it", async () => {
    await rates({ ...off("7.3"), ...commitment(PLENTY) });
    await running("web");
    expect((await rowsOf("web")).some(({ part }) => part === "start")).toBe(true);
    expect(await spent("web")).toBe(0n);
  });

  test("is given once to those who are deployed at once: none sees the other, and who was first has it", async () => {
    const plan = await dryRun(ports, bench.caller, { spec: specOf("a") });
    const hourly = steadyOf(plan);
    await rates(commitment(String(hourly * 1.5)));
    const names = ["a", "b", "c", "d", "e", "f"];
    const made = await Promise.all(names.map((name) => put(name)));
    // Each was priced as if all of it were there.
    for (const one of made) expect(hourlyOf(one.plan.price?.lines ?? [])).toBeCloseTo(0, 9);
    await bench.run(ROLLOUT_MS);
    bench.clock.now += HOUR_MS;
    const covered = await Promise.all(names.map(coveredOf));
    expect(covered.reduce((sum, one) => sum + one, 0)).toBeCloseTo(hourly * 1.5, 9);
    expect(covered.filter((one) => one > 0)).toHaveLength(2);
    const first = names[covered.indexOf(Math.max(...covered))] ?? "";
    expect(await spent(first)).toBe(0n);
    await destroy(ports, bench.caller, first, {});
    await bench.run(2 * ROLLOUT_MS);
    const after = await Promise.all(names.map(coveredOf));
    expect(after.reduce((sum, one) => sum + one, 0)).toBeCloseTo(hourly * 1.5, 9);
    expect(after[names.indexOf(first)]).toBe(0);
  });

  test("stays with who has it, also through a rollout, and a newcomer gets what is left", async () => {
    const plan = await dryRun(ports, bench.caller, { spec: specOf("a") });
    const hourly = steadyOf(plan);
    await rates(commitment(String(hourly * 1.25)));
    await running("z");
    await running("b");
    expect(await coveredOf("z")).toBeCloseTo(hourly, 9);
    expect(await coveredOf("b")).toBeCloseTo(hourly / 4, 9);
    await put("z", { env: { A: "1" } });
    await bench.run(2 * ROLLOUT_MS);
    expect(await coveredOf("z")).toBeCloseTo(hourly, 9);
    const again = await dryRun(ports, bench.caller, { spec: specOf("z") });
    expect(hourlyOf(again.price?.lines ?? [])).toBeCloseTo(0, 4);
    const late = await dryRun(ports, bench.caller, { spec: specOf("late") });
    expect(hourlyOf(late.price?.lines ?? [])).toBeCloseTo(hourly, 4);
  });

  test("counts what is in use and what a newcomer takes of it after discounts alike", async () => {
    const plan = await dryRun(ports, bench.caller, { spec: specOf("a") });
    const hourly = steadyOf(plan);
    // Two fit at nine tenths of the list price, and would not at all of it.
    await rates({ ...off("10"), ...commitment(String(hourly * 1.85)) });
    await running("a");
    const second = await dryRun(ports, bench.caller, { spec: specOf("b") });
    expect(hourlyOf(second.price?.lines ?? [])).toBeCloseTo(0, 9);
    await running("b");
    expect([await spent("a"), await spent("b")]).toEqual([0n, 0n]);
  });

  test("goes on covering what it covered when prices rise", async () => {
    await rates(commitment(PLENTY));
    await running("web");
    const cpu = { provider: "ecs", region: "eu-west-1", meter: "cpu-second", unit: "vCPU-hour" } as const;
    await rates({ ...commitment(PLENTY), stated: [{ ...cpu, usd: "0.5" }] });
    bench.clock.now += HOUR_MS;
    expect((await stretches("web")).map(({ paid }) => paid)).toEqual([0, 0]);
    expect(await spent("web")).toBe(0n);
  });

  test("frees nobody of a budget's cap: what others may come to use is reserved", async () => {
    const plan = await dryRun(ports, bench.caller, { spec: specOf("a") });
    const usdPerMonth = (2.5 * Number(plan.price?.ceilingUsd)).toFixed(2);
    await putBudget(ports, bench.caller, "cap", { usdPerMonth, select: {} });
    await rates(commitment(PLENTY));
    const names = ["a", "b", "c", "d"];
    const answers = await Promise.allSettled(names.map((name) => put(name)));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    for (const answer of answers)
      if (answer.status === "rejected") expect(answer.reason).toMatchObject({ code: "budget-exceeded" });
  });
});

type Lines = NonNullable<Plan["price"]>["lines"];

/** What the compute of a price comes to an hour, the guess at the image pull included. */
function hourlyOf(lines: Lines): number {
  return lines.filter(({ meter }) => COMPUTE.has(meter)).reduce((sum, { usd }) => sum + Number(usd), 0) / 730;
}

/** The same without the guess: what is metered once it runs. */
const steadyOf = (plan: Plan): number =>
  hourlyOf((plan.price?.lines ?? []).filter(({ note }) => note !== "while the image is pulled"));
