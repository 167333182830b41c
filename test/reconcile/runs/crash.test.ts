import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AdapterError } from "../../../src/domain/fault.ts";
import { deploy } from "../../../src/broker/deploy.ts";
import { readRun } from "../../../src/broker/read-runs.ts";
import { startRun } from "../../../src/broker/runs.ts";
import { openBench, type Bench } from "../../broker/ports.ts";
import { jobSpec, sandboxTarget } from "../../broker/specs.ts";
import type { ProviderCall } from "../../broker/recorded-adapter.ts";
import { intercepted } from "../../sim/intercepted.ts";

/** What a process meets that has died. */
class Died extends Error {}
const STEP_MS = 1_000;
/** More calls to store and provider than a run with one retry takes. */
const MOST_CALLS = 300;
/** The calls to the store by which a run goes on; what else a process asks changes nothing of it. */
const OF_A_RUN = new Set(["claimRuns", "recordRun", "targetById"]);
const JOB = jobSpec({ env: { SANDBOX_FAIL_TRIES: "1" } });

let bench: Bench;
/** What a provider refuses, whoever asks. */
let refuse: (call: ProviderCall) => void;
beforeEach(async () => {
  bench = await openBench();
  refuse = () => {};
  await bench.connect("cloud", sandboxTarget("aci"));
  await deploy(bench.main.ports, bench.caller, "report", { spec: JOB });
  await bench.run(2_000);
});
afterEach(async () => {
  await bench.close();
});

const begin = async () => (await startRun(bench.main.ports, bench.caller, "report", {})).id;
const read = (id: string) => readRun(bench.main.ports, bench.caller, "report", id);
const made = async (target = "cloud") => (await bench.tries(target)).map(({ name }) => name);

/** Lets a process work on a run until it dies at its `at`th call: before it, or when it is made and not answered. True when it died. */
async function dieAt(at: number, when: "before" | "after"): Promise<boolean> {
  let calls = 0;
  let dead = false;
  const check = () => {
    if (dead) throw new Died();
  };
  const around = async (name: string, call: () => Promise<unknown>): Promise<unknown> => {
    check();
    if (!OF_A_RUN.has(name)) return await call();
    const dies = ++calls === at;
    if (dies && when === "before") dead = true;
    check();
    const answer = await call();
    if (dies) dead = true;
    check();
    return answer;
  };
  const process = bench.process((store) => intercepted(store, around));
  const counted = () => {
    calls += 1;
    if (calls === at) dead = true;
    check();
  };
  bench.interference = {
    before: (call) => {
      if (when === "before") counted();
      else check();
      refuse(call);
    },
    after: when === "after" ? counted : check,
  };
  const isDead = () => dead;
  for (let passed = 0; passed < 30_000 && !isDead(); passed += STEP_MS) {
    bench.clock.now += STEP_MS;
    await process.pass().catch((error: unknown) => {
      if (!(error instanceof Died)) throw error;
    });
  }
  bench.interference = { before: (call) => refuse(call) };
  return dead;
}

/** One for each moment of dying, each to its end: more than a test usually does. */
const THIRTY_RUNS_MS = 120_000;

describe("a run whose process dies", () => {
  test(
    "between any two calls ends as it would have: each try began once, none is forgotten",
    { timeout: THIRTY_RUNS_MS },
    async () => {
      let deaths = 0;
      for (let at = 1, alive = 0; alive < 1 && at <= MOST_CALLS; at += 1) {
        // What is made and not answered, and what is not made yet: turn by turn, so that each gap between two calls is met.
        const when = at % 2 === 0 ? "before" : "after";
        const before = (await made()).length;
        const id = await begin();
        const died = await dieAt(at, when);
        bench.restart();
        await bench.run(50_000, 5 * STEP_MS);
        const ended = await read(id);
        const what = `dies ${when} call ${at}`;
        expect([ended.state, ended.attempts.map(({ phase }) => phase)], what).toEqual([
          "succeeded",
          ["failed", "succeeded"],
        ]);
        const names = await made();
        expect(names.length - before, what).toBe(2);
        for (const { name } of ended.attempts) expect(names, what).toContain(name);
        if (died) deaths += 1;
        else alive += 1;
      }
      expect(deaths).toBeGreaterThan(25);
    },
  );
});

describe("a run whose place refuses its tries, and whose process dies", () => {
  test(
    "between any two calls ends elsewhere all the same: it began there once, no try is counted, and no unit is left over",
    { timeout: THIRTY_RUNS_MS },
    async () => {
      const job = { ...JOB, resources: { arch: "amd64" }, job: { retries: 0 } };
      await deploy(bench.main.ports, bench.caller, "report", { spec: job });
      await bench.connect("other", sandboxTarget("cloud-run"));
      refuse = ({ verb, target }) => {
        if (verb === "run-start" && target === "cloud") throw new AdapterError("capacity", "it is full");
      };
      let deaths = 0;
      for (let at = 1, alive = 0; alive < 1 && at <= MOST_CALLS; at += 1) {
        const when = at % 2 === 0 ? "before" : "after";
        const before = (await made("other")).length;
        const id = await begin();
        const died = await dieAt(at, when);
        bench.restart();
        await bench.run(100_000, 5 * STEP_MS);
        const ended = await read(id);
        const what = `dies ${when} call ${at}`;
        expect([ended.state, ended.attempts.map(({ phase }) => phase)], what).toEqual([
          "succeeded",
          ["failed", "succeeded"],
        ]);
        expect((await made("other")).length - before, what).toBe(1);
        if (died) deaths += 1;
        else alive += 1;
      }
      expect(await made()).toEqual([]);
      expect(deaths).toBeGreaterThan(15);
      refuse = () => {};
      await bench.run(400_000, 20 * STEP_MS);
      const scope = { project: bench.caller.project.id, environment: "production" };
      const left = await bench.file.store.units(scope, "report");
      expect(left.map(({ unit }) => unit.place.target)).toEqual(["cloud"]);
    },
  );
});

describe("a try whose start is not answered", () => {
  test("is found again by its name, however often the answer is lost, and began once", async () => {
    let lost = 0;
    bench.interference = {
      after: ({ verb }) => {
        if (verb === "run-start" && lost++ < 4) throw new AdapterError("unavailable", "the answer was lost");
      },
    };
    const id = await begin();
    await bench.run(120_000, STEP_MS);
    expect((await read(id)).attempts).toHaveLength(2);
    expect(await made()).toHaveLength(2);
    expect(lost).toBeGreaterThan(4);
  });

  test("is only looked for once its name may be free again, and what is not there then has an unknown end", async () => {
    bench.interference = {
      before: ({ verb }) => {
        if (verb === "run-start") throw new AdapterError("unavailable", "nobody answers");
      },
    };
    const id = await begin();
    await bench.run(360_000, 5_000);
    bench.interference = {};
    await bench.run(120_000, 5_000);
    expect(await read(id)).toMatchObject({ state: "failed", attempts: [{ phase: "unknown" }] });
    expect(await made()).toEqual([]);
  });
});
