import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { readRun } from "../../src/broker/read-runs.ts";
import { startRun, stopRun } from "../../src/broker/runs.ts";
import { AdapterError, type Trouble } from "../../src/domain/fault.ts";
import { openBench, type Bench } from "./ports.ts";
import { jobSpec, sandboxTarget } from "./specs.ts";

let bench: Bench;
let first: string;
const TARGETS = ["one", "two"];
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("one", sandboxTarget("ecs"));
  await bench.connect("two", sandboxTarget("cloud-run"));
});
afterEach(async () => {
  await bench.close();
});

const scope = () => ({ project: bench.caller.project.id, environment: "production" });
const read = (id: string) => readRun(bench.main.ports, bench.caller, "report", id);
const run = async (id: string) => await bench.file.store.run(scope(), "report", id);
const units = async () => (await bench.file.store.units(scope(), "report")).map(({ unit }) => unit);
const begin = async () => (await startRun(bench.main.ports, bench.caller, "report", {})).id;
const began = async () => (await Promise.all(TARGETS.map((name) => bench.tries(name)))).flat();
const starts = (target: string) =>
  bench.calls.filter((call) => call.verb === "run-start" && call.target === target).length;

/** A job that is deployed, and where its runs begin. */
async function put(over: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const { plan } = await deploy(bench.main.ports, bench.caller, "report", {
    spec: jobSpec({ resources: { arch: "amd64" }, ...over }),
  });
  first = plan.units[0]?.place.target ?? "";
  await bench.run(2_000);
}

/** No try begins at these targets. */
function refuse(kind: Trouble, ...targets: readonly string[]): void {
  bench.interference = {
    before: ({ verb, target }) => {
      if (verb === "run-start" && targets.includes(target)) throw new AdapterError(kind, `it says ${kind}`);
    },
  };
}

describe("a try that its place refuses to begin", () => {
  test.each(["capacity", "quota", "denied"] as const)(
    "for %s is none of those that its job allows: the next one begins elsewhere at once, and its own unit goes after it",
    async (kind) => {
      await put({ job: { retries: 0 } });
      refuse(kind, first);
      const id = await begin();
      await bench.run(10_000);
      const { state, attempts } = await read(id);
      expect(attempts.map(({ phase }) => phase)).toEqual(["failed", "succeeded"]);
      expect([state, starts(first)]).toEqual(["succeeded", 1]);
      expect(new Set((await units()).map(({ place }) => place.target))).toEqual(new Set(TARGETS));
      bench.interference = {};
      await bench.run(320_000, 10_000);
      expect((await units()).map(({ place }) => place.target)).toEqual([first]);
    },
  );

  test("is sent again where it is while no other place is there, and nobody calls its run lost", async () => {
    await put({ job: { retries: 0 }, policy: { targets: ["one"] } });
    refuse("capacity", "one");
    const id = await begin();
    await bench.run(60_000);
    expect(await run(id)).toMatchObject({
      state: "running",
      placing: { message: expect.stringMatching(/^it says capacity; No place can take report/) },
    });
    bench.interference = {};
    await bench.run(15_000);
    expect(await read(id)).toMatchObject({ state: "succeeded", attempts: [{ phase: "succeeded" }] });
    expect((await run(id))?.placing).toBeUndefined();
  });

  test("waits for no answer of two places that both refuse: each is asked in its turn, no try is counted, and it goes on when one has room", async () => {
    await put({ job: { retries: 0 } });
    refuse("capacity", ...TARGETS);
    const id = await begin();
    await bench.run(60_000);
    expect(starts("one")).toBeGreaterThan(0);
    expect(starts("two")).toBeGreaterThan(0);
    expect(bench.calls.filter(({ verb }) => verb === "offers").length).toBeLessThan(40);
    bench.interference = {};
    await bench.run(30_000);
    expect((await read(id)).state).toBe("succeeded");
    expect(await began()).toHaveLength(1);
  });

  test("is taken away before another begins where an earlier call may have begun it: nothing runs twice", async () => {
    await put({ env: { SANDBOX_RUN_SECONDS: "600" }, job: { retries: 1, timeoutSeconds: 900 } });
    let calls = 0;
    bench.interference = {
      after: ({ verb, target }) => {
        if (verb === "run-start" && target === first && calls++ === 0)
          throw new AdapterError("unavailable", "the answer was lost");
      },
      before: ({ verb, target }) => {
        if (verb === "run-start" && target === first && calls > 0)
          throw new AdapterError("capacity", "it is full");
      },
    };
    const id = await begin();
    for (let second = 0; second < 90; second += 1) {
      await bench.run(1_000);
      expect((await began()).filter(({ isOver }) => !isOver).length).toBeLessThanOrEqual(1);
    }
    await stopRun(bench.main.ports, bench.caller, "report", id, {});
    await bench.run(30_000);
    expect((await read(id)).state).toBe("stopped");
  });
});

describe("a run of several containers", () => {
  test("moves those that are refused and no other", async () => {
    const job = { retries: 0, parallelism: 3 };
    await put({ env: { SANDBOX_RUN_SECONDS: "20" }, job });
    let calls = 0;
    bench.interference = {
      before: ({ verb, target }) => {
        if (verb === "run-start" && target === first && calls++ > 0)
          throw new AdapterError("quota", "one is all you get");
      },
    };
    const id = await begin();
    await bench.run(50_000);
    const { state, attempts } = await read(id);
    expect([state, attempts.length]).toEqual(["succeeded", 5]);
    expect(await bench.tries(first)).toHaveLength(1);
    expect(await began()).toHaveLength(3);
    const listed = await run(id);
    expect(listed?.units.reduce((sum, { replicas }) => sum + replicas, 0)).toBe(3);
  });
});

describe("a try that nobody could confirm to have stopped", () => {
  test("is followed by none, elsewhere or there, before it is taken away", async () => {
    const job = { retries: 1, timeoutSeconds: 20, retryUnknown: true };
    await put({ env: { SANDBOX_RUN_SECONDS: "9999" }, job, stopGraceSeconds: 1 });
    const id = await begin();
    await bench.run(5_000);
    const away = (target: string) => {
      if (target === first) throw new AdapterError("unavailable", "nobody answers");
    };
    bench.interference = {
      before: ({ verb, target }) => {
        if (verb !== "offers" && verb !== "observe") away(target);
      },
    };
    await bench.run(400_000, 5_000);
    expect((await read(id)).attempts.map(({ phase }) => phase)).toEqual(["unknown"]);
    expect((await read(id)).state).toBe("running");
    bench.interference = {};
    await bench.run(90_000, 5_000);
    const { attempts } = await read(id);
    expect(attempts.map(({ phase }) => phase)).toEqual(["unknown", "failed"]);
    expect((await began()).every(({ isOver }) => isOver)).toBe(true);
  });
});
