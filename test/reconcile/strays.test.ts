import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { startRun, stopRun } from "../../src/broker/runs.ts";
import { attemptId } from "../../src/domain/attempt-id.ts";
import { AdapterError } from "../../src/domain/fault.ts";
import { runRef, type Attempt, type Run } from "../../src/domain/run.ts";
import { tryUnit } from "../../src/reconcile/runs/try-unit.ts";
import { openBench, type Bench } from "../broker/ports.ts";
import { jobSpec, sandboxTarget } from "../broker/specs.ts";

const CALL = { signal: new AbortController().signal };
/** Four times as long as a resting target waits for its next look, ms. */
const LOOKED_MS = 60_000;

describe.each(["ecs", "aci", "cloud-run"] as const)("a try of a job at %s", (cloud) => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
    await bench.connect("cloud", sandboxTarget(cloud));
  });
  afterEach(async () => {
    await bench.close();
  });

  const put = async (over: Readonly<Record<string, unknown>>) => {
    await deploy(bench.main.ports, bench.caller, "report", { spec: jobSpec(over) });
    await bench.run(2_000);
  };
  const begin = () => startRun(bench.main.ports, bench.caller, "report", {});
  const scope = () => ({ project: bench.caller.project.id, environment: "production" });
  const recorded = async (run: string) => (await bench.file.store.attempts(scope(), "report", run))[0];
  const late = async (run: Run, attempt: Attempt) => {
    const target = await bench.file.store.target(scope().project, "cloud");
    const [stored] = await bench.file.store.units(scope(), "report");
    if (target === undefined || stored === undefined) throw new Error("the job is deployed");
    const { runs } = bench.main.ports.open(target);
    await runs?.start(tryUnit(stored.unit, run, attempt), runRef(run, attempt), CALL);
  };
  const stops = () => bench.calls.filter(({ verb }) => verb === "run-stop").map(({ unit }) => unit);
  const met = () => bench.logged.filter((line) => /unrecognised resource|is back at|although/.test(line));

  test("whose start arrived after its run was over is stopped again by its run's own door, and then rests", async () => {
    await put({ env: { SANDBOX_RUN_SECONDS: "3600" } });
    bench.interference = {
      before: ({ verb }) => {
        if (verb === "run-start") throw new AdapterError("unavailable", "the call is on its way");
      },
    };
    const run = await begin();
    await bench.run(2_000);
    await stopRun(bench.main.ports, bench.caller, "report", run.id, { reason: "not now" });
    await bench.run(400_000, 5_000);
    bench.interference = {};
    const attempt = await recorded(run.id);
    if (attempt?.released !== true) throw new Error("its run was over");
    await late(run, attempt);
    expect(await bench.tries("cloud")).toMatchObject([{ name: attempt.name, isOver: false }]);
    bench.calls.length = 0;
    await bench.run(2 * LOOKED_MS, 1_000);
    expect((await bench.tries("cloud")).map(({ isOver }) => isOver)).toEqual([true]);
    expect(new Set(stops())).toEqual(new Set([attempt.name]));
    expect(bench.calls.filter(({ verb }) => verb === "destroy")).toEqual([]);
    expect(met()).toContain(
      `warn: ${attempt.name} is at target cloud although it is over (run ${run.id}): it is stopped again`,
    );
    bench.calls.length = 0;
    await bench.run(LOOKED_MS, 1_000);
    expect(stops()).toEqual([]);
    expect(await recorded(run.id)).toEqual(attempt);
  });

  test("that was never recorded is only reported, at every look", async () => {
    await put({ env: { SANDBOX_RUN_SECONDS: "3600" } });
    const run = await begin();
    await bench.run(5_000);
    const known = await recorded(run.id);
    if (known === undefined) throw new Error("its run has begun");
    const stranger = { ...known, number: 9, ...attemptId("another database's", run.id, 9) };
    await late(run, stranger);
    await bench.run(LOOKED_MS, 1_000);
    expect((await bench.tries("cloud")).map(({ isOver }) => isOver)).toEqual([false, false]);
    expect(stops()).toEqual([]);
    expect(met().length).toBeGreaterThan(1);
    for (const line of met())
      expect(line).toMatch(
        new RegExp(`^warn: unrecognised resource ${stranger.name} at target cloud: .{20,}none of its`),
      );
  });

  test("that began since the units were read is left to its run", async () => {
    await put({ env: { SANDBOX_RUN_SECONDS: "3600" } });
    await begin();
    await bench.run(5_000);
    const behind = bench.process((store) => ({
      ...store,
      unitsAt: async (target) => (await store.unitsAt(target)).map((unit) => ({ ...unit, tries: [] })),
    }));
    bench.clock.now += LOOKED_MS;
    bench.calls.length = 0;
    await behind.sweep();
    expect(bench.calls.map(({ verb }) => verb)).toContain("observe");
    expect(stops()).toEqual([]);
    expect(met()).toEqual([]);
  });

  test("is a stranger at no moment of a run that goes its way, from its first call until nothing of it is left", async () => {
    await put({ env: { SANDBOX_FAIL_TRIES: "1" }, job: { parallelism: 2, retries: 1 } });
    await begin();
    await bench.run(400_000, 1_000);
    expect((await bench.tries("cloud")).every(({ isOver }) => isOver)).toBe(true);
    expect(met()).toEqual([]);
  });
});
