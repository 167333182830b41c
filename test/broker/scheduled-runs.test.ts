import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { listRuns } from "../../src/broker/read-runs.ts";
import { runTick } from "../../src/reconcile/runs/tick.ts";
import { openBench, type Bench } from "./ports.ts";
import { jobSpec, sandboxTarget } from "./specs.ts";

const NEVER = new AbortController().signal;
let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("cloud", sandboxTarget("ecs"));
});
afterEach(async () => {
  await bench.close();
});

const put = async (job: Readonly<Record<string, unknown>>, over: Readonly<Record<string, unknown>> = {}) =>
  (await deploy(bench.main.ports, bench.caller, "report", { spec: jobSpec({ job, ...over }) })).plan;
const runs = async () =>
  (await listRuns(bench.main.ports, bench.caller, "report", { limit: 100 })).runs.toReversed();
const moments = async () => (await runs()).map(({ scheduledFor }) => scheduledFor?.slice(11, 16));
const MINUTE_MS = 60_000;

describe("a scheduled job", () => {
  test("begins one run at each moment of its schedule, and none at deploy", async () => {
    await put({ schedule: "*/10 * * * *" });
    await bench.run(31 * MINUTE_MS, 10_000);
    expect(await moments()).toEqual(["12:10", "12:20", "12:30"]);
    expect((await runs()).map(({ trigger, actor }) => [trigger, actor])).toEqual(
      Array.from({ length: 3 }, () => ["schedule", "berth"]),
    );
  });

  test("begins one run a moment however many processes look at it", async () => {
    await put({ schedule: "*/5 * * * *" });
    const others = Array.from({ length: 3 }, () => bench.process());
    for (let step = 0; step < 66; step += 1) {
      bench.clock.now += 10_000;
      await Promise.all([
        ...others.map((process) => process.pass()),
        bench.main.pass(),
        ...others.map(({ reconcile }) => runTick(reconcile, NEVER)),
      ]);
    }
    expect(await moments()).toEqual(["12:05", "12:10"]);
    expect((await runs()).map(({ state }) => state)).toEqual(["succeeded", "succeeded"]);
  });

  test("makes up for at most one moment that passed while nobody looked", async () => {
    await put({ schedule: "*/10 * * * *" });
    await bench.run(MINUTE_MS, 10_000);
    bench.clock.now += 95 * MINUTE_MS;
    await bench.run(MINUTE_MS, 10_000);
    expect(await moments()).toEqual(["13:30"]);
  });

  test("leaves a run out while the one before it is under way, if overlap is forbidden", async () => {
    await put({ schedule: "*/5 * * * *" }, { env: { SANDBOX_RUN_SECONDS: "420" } });
    await bench.run(16 * MINUTE_MS, 10_000);
    expect(await moments()).toEqual(["12:05", "12:15"]);
  });

  test("runs beside the one before it where overlap is allowed", async () => {
    await put({ schedule: "*/5 * * * *", overlap: "allow" }, { env: { SANDBOX_RUN_SECONDS: "900" } });
    await bench.run(16 * MINUTE_MS, 10_000);
    expect(await moments()).toEqual(["12:05", "12:10", "12:15"]);
    expect((await runs()).map(({ state }) => state)).toEqual(["running", "running", "running"]);
  });

  test("replaces the one before it where it says so", async () => {
    await put({ schedule: "*/5 * * * *", overlap: "replace" }, { env: { SANDBOX_RUN_SECONDS: "900" } });
    await bench.run(12 * MINUTE_MS, 10_000);
    expect((await runs()).map(({ state, stop }) => [state, stop?.reason])).toEqual([
      ["stopped", "the next scheduled run replaces it"],
      ["running", undefined],
    ]);
  });

  test("goes by its zone, and a new schedule counts from the deploy that brought it", async () => {
    await put({ schedule: "30 14 * * *", timeZone: "Europe/Berlin" });
    await bench.run(40 * MINUTE_MS, 30_000);
    expect(await moments()).toEqual([]);
    await put({ schedule: "0 13 * * *" });
    await bench.run(60 * MINUTE_MS, 30_000);
    expect(await moments()).toEqual(["13:00"]);
    await put({ schedule: "30 14 * * *", timeZone: "Europe/Berlin" });
    await bench.run(10 * MINUTE_MS, 30_000);
    expect(await moments()).toEqual(["13:00"]);
  });

  test("goes on with its schedule when only something else of it is deployed anew", async () => {
    await put({ schedule: "*/10 * * * *" });
    await bench.run(MINUTE_MS, 10_000);
    bench.clock.now += 9 * MINUTE_MS + 1_000;
    await put({ schedule: "*/10 * * * *" }, { image: "localhost/report:2" });
    await bench.run(MINUTE_MS, 10_000);
    expect(await moments()).toEqual(["12:10"]);
  });
});
