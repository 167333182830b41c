import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { readRun } from "../../src/broker/read-runs.ts";
import { startRun } from "../../src/broker/runs.ts";
import { joinHost, runWith, type JoinedHost } from "./agents.ts";
import { openBench, type Bench } from "./ports.ts";
import { jobSpec } from "./specs.ts";

const SECOND_MS = 1_000;
let bench: Bench;
let hosts: readonly JoinedHost[];
beforeEach(async () => {
  bench = await openBench();
  hosts = [await joinHost(bench, "attic"), await joinHost(bench, "cellar")];
});
afterEach(async () => {
  await bench.close();
});

const put = (over: Readonly<Record<string, unknown>>) =>
  deploy(bench.main.ports, bench.caller, "report", {
    spec: jobSpec({ env: { SANDBOX_RUN_SECONDS: "60" }, stopGraceSeconds: 5, ...over }),
  });
const begin = async () => (await startRun(bench.main.ports, bench.caller, "report", {})).id;
const read = (id: string) => readRun(bench.main.ports, bench.caller, "report", id);
const went = (ms: number, living: readonly JoinedHost[]) => runWith(bench, living, ms);
const live = () => hosts.filter(({ host }) => host.tries.seen().some(({ isOver }) => !isOver));

/** Runs the hosts until a try is live; the host that makes it, and the others. */
async function begun(): Promise<{ id: string; loser: JoinedHost; others: readonly JoinedHost[] }> {
  const id = await begin();
  await went(5 * SECOND_MS, hosts);
  const [loser] = live();
  if (loser === undefined) throw new Error("no try has begun");
  return { id, loser, others: hosts.filter((one) => one !== loser) };
}

describe("a run whose host is lost", () => {
  test("ends on another host where its job may be tried again: nothing of it runs twice", async () => {
    await put({ job: { retryUnknown: true } });
    const { id, loser, others } = await begun();
    for (let second = 0; second < 110; second += 1) {
      await went(SECOND_MS, others);
      // Nobody hears the host, and its own watchdog goes on.
      loser.host.step(bench.clock.now);
      expect(live().length).toBeLessThanOrEqual(1);
    }
    const run = await read(id);
    expect(run.attempts.map(({ phase }) => phase)).toEqual(["unknown", "succeeded"]);
    expect(run.state).toBe("succeeded");
    expect(run.stateReason).toBe("every container ended with exit code 0");
  });
});
