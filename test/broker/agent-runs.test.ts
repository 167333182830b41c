import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { readRun } from "../../src/broker/read-runs.ts";
import { startRun, stopRun } from "../../src/broker/runs.ts";
import { syncAgent } from "../../src/broker/sync-agent.ts";
import type { Observation } from "../../src/domain/observation.ts";
import type { Unit } from "../../src/domain/plan.ts";
import { joinHost, type JoinedHost } from "./agents.ts";
import { openBench, type Bench } from "./ports.ts";
import { jobSpec } from "./specs.ts";

let bench: Bench;
let attic: JoinedHost;
/** What the host makes of a try that it holds, and of one that it is to take away. */
let held: (unit: Unit) => Partial<Observation>;
const GONE = { phase: "stopped", replicas: 0 } as const;
let said: readonly Observation[] = [];

beforeEach(async () => {
  bench = await openBench();
  attic = await joinHost(bench, "attic");
  said = [];
  held = () => ({ phase: "ready", ready: 1, replicas: 1 });
  await deploy(bench.main.ports, bench.caller, "report", { spec: jobSpec({ job: { retries: 1 } }) });
  await step(2);
});
afterEach(async () => {
  await bench.close();
});

const seen = (unit: string, over: Partial<Observation>): Observation => ({
  unit,
  phase: "ready",
  ready: 0,
  replicas: 1,
  endpoints: [],
  restarts: 0,
  lastLines: [],
  at: bench.clock.now,
  ...over,
});

/** Each second the host tells what it made of the last answer, takes the next, and the broker makes its passes. */
async function step(times: number): Promise<void> {
  for (let second = 0; second < times; second += 1) {
    bench.clock.now += 1_000;
    const request = { ...attic.host.request(bench.clock.now), observations: said };
    const reply = await syncAgent(bench.main.ports, attic.agent, request);
    attic.host.take({ ...reply, units: [], doomed: [] }, bench.clock.now);
    said = [
      ...reply.units.map((unit) => seen(unit.id, held(unit))),
      ...reply.doomed.map(({ id }) => seen(id, GONE)),
    ];
    await bench.main.pass();
  }
}
const told = async () => {
  const reply = await syncAgent(bench.main.ports, attic.agent, {
    ...attic.host.request(bench.clock.now),
    observations: said,
  });
  return { units: reply.units, doomed: reply.doomed };
};
const begin = async () => (await startRun(bench.main.ports, bench.caller, "report", {})).id;
const read = (id: string) => readRun(bench.main.ports, bench.caller, "report", id);

describe("a run on a pool of agents", () => {
  test("comes to its host as a unit with one container that knows its run, and nothing comes before a run begins", async () => {
    expect(await told()).toEqual({ units: [], doomed: [] });
    const id = await begin();
    await bench.main.pass();
    const { attempts } = await read(id);
    const { units } = await told();
    expect(units).toHaveLength(1);
    expect(units[0]).toMatchObject({
      name: attempts[0]?.name,
      replicas: { min: 1, max: 1 },
      template: {
        kind: "job",
        env: { BERTH_RUN: id, BERTH_ATTEMPT: "1", BERTH_TASK_INDEX: "0", BERTH_TASK_COUNT: "1" },
      },
    });
    expect(bench.rung).toContain(attic.agent.id);
  });

  test("ends with what the host says of it: a failure is tried again beside it, and a success is the run's", async () => {
    held = ({ template }) =>
      template.env["BERTH_ATTEMPT"] === "1"
        ? { phase: "stopped", exitCode: 4, reason: "it exited with code 4", lastLines: ["no"] }
        : { phase: "stopped", exitCode: 0, lastLines: ["yes"] };
    const id = await begin();
    await step(30);
    expect(await read(id)).toMatchObject({
      state: "succeeded",
      attempts: [
        { phase: "failed", exitCode: 4, lastLines: ["no"] },
        { phase: "succeeded", exitCode: 0, lastLines: ["yes"] },
      ],
    });
  });

  test("keeps what has ended for its logs without wanting it again, then has it taken away and is rid of it", async () => {
    held = () => ({ phase: "stopped", exitCode: 0 });
    await begin();
    await step(10);
    expect((await told()).units.map(({ replicas }) => replicas)).toEqual([{ min: 0, max: 1 }]);
    bench.clock.now += 300_000;
    await bench.main.pass();
    expect((await told()).units).toEqual([]);
    expect((await told()).doomed).toHaveLength(1);
    await step(10);
    expect(await told()).toEqual({ units: [], doomed: [] });
  });

  test("that is stopped is taken away at its host, and ends once the host has confirmed it", async () => {
    const id = await begin();
    await step(3);
    await stopRun(bench.main.ports, bench.caller, "report", id, {});
    await bench.main.pass();
    expect((await told()).doomed).toHaveLength(1);
    expect((await read(id)).state).toBe("stopping");
    await step(8);
    expect(await read(id)).toMatchObject({ state: "stopped", attempts: [{ phase: "stopped" }] });
  });

  test("has an unknown end where its container vanished, and is not tried again unless the job says so", async () => {
    const id = await begin();
    await step(3);
    held = () => ({ ...GONE, reason: "it is not there any more" });
    await step(20);
    expect(await read(id)).toMatchObject({ state: "failed", attempts: [{ phase: "unknown" }] });
    expect((await read(id)).attempts).toHaveLength(1);
  });
});
