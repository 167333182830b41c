import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AdapterError } from "../../../src/domain/fault.ts";
import { deploy } from "../../../src/broker/deploy.ts";
import { readRun } from "../../../src/broker/read-runs.ts";
import { startRun } from "../../../src/broker/runs.ts";
import { runTick } from "../../../src/reconcile/runs/tick.ts";
import { openBench, type Bench } from "../../broker/ports.ts";
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
});
