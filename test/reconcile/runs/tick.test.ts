import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AdapterError } from "../../../src/domain/fault.ts";
import { deploy } from "../../../src/broker/deploy.ts";
import { readRun } from "../../../src/broker/read-runs.ts";
import { startRun } from "../../../src/broker/runs.ts";
import { runTick } from "../../../src/reconcile/runs/tick.ts";
import { openBench, type Bench } from "../../broker/ports.ts";
import { intercepted } from "../../sim/intercepted.ts";
import { jobSpec, sandboxTarget } from "../../broker/specs.ts";

const RUNS = 12;
const { signal } = new AbortController();
/** Each runs longer than any of these tests. */
const LONG = jobSpec({ env: { SANDBOX_RUN_SECONDS: "3600" } });

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("cloud", sandboxTarget("ecs"));
  await deploy(bench.main.ports, bench.caller, "report", { spec: LONG });
  await bench.run(2_000);
});
afterEach(async () => {
  await bench.close();
});

/** Runs of one try each, a second between their beginnings. */
async function begun(count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    ids.push((await startRun(bench.main.ports, bench.caller, "report", {})).id);
    await bench.run(1_000, 1_000);
  }
  return ids;
}

const looks = () => bench.calls.filter(({ verb }) => verb === "run-observe").length;

describe("runs whose tries run for long", () => {
  test("are looked at together: one call in fifteen seconds for all of them, whenever each began", async () => {
    const ids = await begun(RUNS);
    await bench.run(200_000, 5_000);
    const before = looks();
    await bench.run(60_000, 1_000);
    expect(looks() - before).toBe(4);
    for (const id of ids) {
      const { attempts } = await readRun(bench.main.ports, bench.caller, "report", id);
      expect(attempts.map(({ phase }) => phase)).toEqual(["running"]);
    }
  });

  test("are all looked at again together after a call for all of them has failed", async () => {
    await begun(5);
    await bench.run(200_000, 5_000);
    const before = looks();
    let fails = 2;
    bench.interference = {
      before: ({ verb }) => {
        if (verb === "run-observe" && fails-- > 0) throw new AdapterError("unavailable", "nobody answers");
      },
    };
    await bench.run(15_000, 100);
    expect(looks() - before).toBe(3);
  });
});

describe("a pass over runs", () => {
  test("takes no more of them than it may, and gives each its turn: one with many calls to make holds up no other", async () => {
    const wide = { ...LONG, name: "wide", job: { parallelism: 40 } };
    await deploy(bench.main.ports, bench.caller, "wide", { spec: wide });
    await bench.run(2_000);
    await startRun(bench.main.ports, bench.caller, "wide", {});
    for (let number = 0; number < 3; number += 1)
      await startRun(bench.main.ports, bench.caller, "report", {});
    const starts = () => bench.calls.filter(({ verb }) => verb === "run-start").length;
    expect(await runTick(bench.main.reconcile, signal, 2)).toBe(2);
    expect(starts()).toBe(24);
    expect(await runTick(bench.main.reconcile, signal)).toBe(3);
    expect(starts()).toBe(43);
    expect(await runTick(bench.main.reconcile, signal)).toBe(0);
  });

  test("that was held up by what is written of one of them calls nobody: by then another may hold them all", async () => {
    for (let number = 0; number < 3; number += 1)
      await startRun(bench.main.ports, bench.caller, "report", {});
    let writes = 0;
    const slow = bench.process((store) =>
      intercepted(store, async (name, call) => {
        const answer = await call();
        if (name === "recordRun" && ++writes === 2) bench.clock.now += 11_000;
        return answer;
      }),
    );
    const calls = bench.calls.length;
    expect(await runTick(slow.reconcile, signal)).toBe(3);
    expect(bench.calls.slice(calls)).toEqual([]);
    // All of them are free again, with the tries that were written.
    await bench.run(5_000, 1_000);
    expect(bench.calls.slice(calls).filter(({ verb }) => verb === "run-start")).toHaveLength(3);
    expect(await bench.tries("cloud")).toHaveLength(3);
  });

  test("that cannot write of one of them goes on with the others before it fails", async () => {
    for (let number = 0; number < 3; number += 1)
      await startRun(bench.main.ports, bench.caller, "report", {});
    let writes = 0;
    const broken = bench.process((store) =>
      intercepted(store, async (name, call) => {
        if (name === "recordRun" && ++writes === 1) throw new Error("the disk is full");
        return await call();
      }),
    );
    await expect(runTick(broken.reconcile, signal)).rejects.toThrow("the disk is full");
    expect(await bench.tries("cloud")).toHaveLength(2);
  });
});
