import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { destroy } from "../../src/broker/destroy.ts";
import { meterPass } from "../../src/broker/meter.ts";
import { listRuns, readRun, waitForRun } from "../../src/broker/read-runs.ts";
import { startRun, stopRun } from "../../src/broker/runs.ts";
import { openBench, START, type Bench } from "./ports.ts";
import { jobSpec, sandboxTarget, webSpec } from "./specs.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("cloud", sandboxTarget("cloud-run"));
});
afterEach(async () => {
  await bench.close();
});

const scope = () => ({ project: bench.caller.project.id, environment: "production" });
const put = async (over: Readonly<Record<string, unknown>> = {}) =>
  (await deploy(bench.main.ports, bench.caller, "report", { spec: jobSpec(over) })).plan;
const begin = () => startRun(bench.main.ports, bench.caller, "report", {});
const read = (id: string) => readRun(bench.main.ports, bench.caller, "report", id);
const tries = () => bench.tries("cloud");
const planState = async (id: string) => (await bench.file.store.plan(scope().project, id))?.state;

describe("a job", () => {
  test("is ready as soon as it is deployed, and nothing runs or is asked of a provider until it is told to", async () => {
    const plan = await put();
    bench.calls.length = 0;
    await bench.main.pass();
    expect(await planState(plan.id)).toBe("ready");
    await bench.run(30_000);
    expect(bench.calls.filter(({ verb }) => verb !== "observe")).toEqual([]);
    expect(await bench.made("cloud")).toEqual([]);
  });

  test("runs on demand to its exit code", async () => {
    await put();
    await bench.main.pass();
    const run = await begin();
    await bench.run(10_000);
    expect(await read(run.id)).toMatchObject({
      state: "succeeded",
      trigger: "manual",
      attempts: [{ attempt: 1, index: 0, phase: "succeeded", exitCode: 0 }],
    });
  });

  test("is tried again after a failure, at most as often as it says, and then has failed with the last exit code and what each try wrote last", async () => {
    await put({ env: { SANDBOX_CRASH: "7" }, job: { retries: 2 } });
    await bench.main.pass();
    const run = await begin();
    await bench.run(120_000, 1_000);
    const ended = await read(run.id);
    expect(ended).toMatchObject({
      state: "failed",
      stateReason: expect.stringMatching(/exit code 7\. \(try 3 of 3\)$/),
    });
    for (const { lastLines } of ended.attempts) expect(lastLines).toContain("leaving with 7");
    expect(ended.attempts.map(({ exitCode, phase }) => [exitCode, phase])).toEqual(
      Array.from({ length: 3 }, () => [7, "failed"]),
    );
    expect(await tries()).toHaveLength(3);
  });

  test("succeeds when a later try does", async () => {
    await put({ env: { SANDBOX_FAIL_TRIES: "1" } });
    await bench.main.pass();
    const run = await begin();
    await bench.run(60_000, 1_000);
    expect((await read(run.id)).attempts.map(({ phase }) => phase)).toEqual(["failed", "succeeded"]);
    expect((await read(run.id)).state).toBe("succeeded");
  });

  test("ends a try that takes longer than it may, and says so", async () => {
    await put({ env: { SANDBOX_RUN_SECONDS: "1000" }, job: { timeoutSeconds: 5, retries: 0 } });
    await bench.main.pass();
    const run = await begin();
    await bench.run(60_000, 1_000);
    expect(await read(run.id)).toMatchObject({
      state: "failed",
      stateReason: "it ran longer than job.timeoutSeconds (5 s)",
    });
    expect((await tries()).every(({ isOver }) => isOver)).toBe(true);
  });

  test("runs as many containers side by side as its parallelism, each with an index of its own", async () => {
    await put({ job: { parallelism: 3 } });
    await bench.main.pass();
    const run = await begin();
    await bench.run(20_000);
    const ended = await read(run.id);
    expect(ended.state).toBe("succeeded");
    expect(ended.attempts.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(new Set((await tries()).map(({ createdAt }) => createdAt)).size).toBe(1);
  });

  test("whose run has ended leaves nothing at the provider, and then rests without a write", async () => {
    await put();
    await bench.main.pass();
    await begin();
    await bench.run(400_000, 5_000);
    expect((await tries()).every(({ taken }) => taken)).toBe(true);
    const before = await bench.file.dump();
    await bench.run(60_000, 5_000);
    expect(await bench.file.dump()).toBe(before);
  });
});

describe("a run", () => {
  test("keeps the plan it began with: a deploy changes nothing of it, and its unit goes after it", async () => {
    await put({ env: { SANDBOX_RUN_SECONDS: "60" } });
    await bench.main.pass();
    const run = await begin();
    await bench.run(5_000);
    const next = await put({ image: "localhost/report:2" });
    await bench.run(5_000);
    expect(await planState(next.id)).toBe("ready");
    expect(await bench.file.store.units(scope(), "report")).toHaveLength(2);
    await bench.run(420_000, 5_000);
    expect((await read(run.id)).state).toBe("succeeded");
    expect((await tries()).map(({ image }) => image)).toEqual(["localhost/report:1"]);
    expect(await bench.file.store.units(scope(), "report")).toHaveLength(1);
  });

  test("that is stopped ends stopped, and no further try begins", async () => {
    await put({ env: { SANDBOX_RUN_SECONDS: "600" } });
    await bench.main.pass();
    const run = await begin();
    await bench.run(3_000);
    expect(
      await stopRun(bench.main.ports, bench.caller, "report", run.id, { reason: "not now" }),
    ).toMatchObject({
      stop: { actor: "token:ci", reason: "not now" },
    });
    await bench.run(20_000);
    expect(await read(run.id)).toMatchObject({
      state: "stopped",
      stateReason: "stopped by token:ci: not now",
    });
    await expect(stopRun(bench.main.ports, bench.caller, "report", run.id, {})).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await tries()).toHaveLength(1);
  });

  test("is stopped before its workload goes, and the workload goes only after it", async () => {
    await put({ env: { SANDBOX_RUN_SECONDS: "600" } });
    await bench.main.pass();
    const run = await begin();
    await bench.run(3_000);
    await destroy(bench.main.ports, bench.caller, "report", {});
    expect(await bench.file.store.workload(scope(), "report")).toBeDefined();
    await bench.run(60_000, 1_000);
    expect(await bench.file.store.workload(scope(), "report")).toBeUndefined();
    expect((await tries()).every(({ taken }) => taken)).toBe(true);
    expect((await read(run.id)).state).toBe("stopped");
    await expect(begin()).rejects.toMatchObject({ code: "not-found" });
  });

  test("that has ended keeps nobody waiting when its workload goes: what was kept of it goes at once", async () => {
    await put();
    await bench.main.pass();
    const run = await begin();
    await bench.run(10_000);
    expect((await read(run.id)).state).toBe("succeeded");
    expect((await tries()).every(({ taken }) => taken)).toBe(false);
    await destroy(bench.main.ports, bench.caller, "report", {});
    await bench.run(30_000, 1_000);
    expect(await bench.file.store.workload(scope(), "report")).toBeUndefined();
    expect((await tries()).every(({ taken }) => taken)).toBe(true);
  });

  test("is waited for: well ended it is answered, otherwise it is a problem with each try, and in between it is not yet", async () => {
    await put({ env: { SANDBOX_FAIL_TRIES: "9" }, job: { retries: 0 } });
    await bench.main.pass();
    const run = await begin();
    const wait = { timeoutSeconds: 1, signal: new AbortController().signal };
    const waiting = () => waitForRun(bench.main.ports, bench.caller, "report", run.id, wait);
    await expect(waiting()).rejects.toMatchObject({ code: "not-ready-yet", retryAfterSeconds: 1 });
    await bench.run(20_000);
    await expect(waiting()).rejects.toMatchObject({
      code: "run-failed",
      extra: { run: { state: "failed", attempts: [{ exitCode: 1 }] } },
    });
  });

  test("is found by its own project only, and what is no job has none", async () => {
    await put();
    const run = await begin();
    const other = { ...bench.caller, environment: "staging" };
    await expect(readRun(bench.main.ports, other, "report", run.id)).rejects.toMatchObject({
      code: "not-found",
    });
    await deploy(bench.main.ports, bench.caller, "web", { spec: webSpec() });
    await expect(startRun(bench.main.ports, bench.caller, "web", {})).rejects.toMatchObject({
      code: "conflict",
    });
    expect((await listRuns(bench.main.ports, bench.caller, "web", { limit: 5 })).runs).toEqual([]);
  });

  test("is metered for the time its tries run, and for no other", async () => {
    await put({ env: { SANDBOX_RUN_SECONDS: "120" } });
    await bench.run(60_000, 5_000);
    await begin();
    await bench.run(300_000, 1_000);
    await meterPass({ ...bench.main.ports, owner: "test" });
    const query = { project: scope().project, from: START, to: bench.clock.now, limit: 100 };
    const { rows } = await bench.file.store.ledger(query);
    const cpu = rows.filter(({ meter }) => meter === "cpu-second");
    const seconds = cpu.reduce((sum, { from, to = bench.clock.now }) => sum + (to - from) / 1_000, 0);
    expect(cpu.every(({ to }) => to !== undefined)).toBe(true);
    expect(seconds).toBeGreaterThanOrEqual(119);
    expect(seconds).toBeLessThan(125);
    expect(cpu.map(({ perSecond }) => Number(perSecond))).toEqual([1]);
  });
});
