import { expect, test } from "vitest";
import type { RunWithAttempts } from "../../src/cli/run-text.ts";
import { desk } from "./desk.ts";
import { at } from "./recorded.ts";
import { ok, problem, scriptedBroker, type Script } from "./scripted-broker.ts";

const RUN: RunWithAttempts = {
  id: "run_k3v7",
  workload: "report",
  state: "succeeded",
  stateReason: "every container ended with exit code 0",
  trigger: "manual",
  actor: "token:ci",
  reason: "run by hand",
  generation: 4,
  retries: 3,
  parallelism: 1,
  createdAt: at(-60),
  startedAt: at(-58),
  endedAt: at(-8),
  attempts: [
    {
      attempt: 1,
      index: 0,
      phase: "succeeded",
      exitCode: 0,
      startedAt: at(-58),
      endedAt: at(-8),
      lastLines: ["done"],
    },
  ],
};
const FAILED: RunWithAttempts = {
  ...RUN,
  state: "failed",
  stateReason: "it exited with code 3",
  attempts: [
    {
      attempt: 1,
      index: 0,
      phase: "failed",
      exitCode: 3,
      reason: "it exited with code 3",
      startedAt: at(-58),
      endedAt: at(-8),
      lastLines: ["reading", "panic: no paper"],
    },
  ],
};
const ONE = "GET /v1/workloads/report/runs/run_k3v7";
const BEGIN = "POST /v1/workloads/report/runs";

async function cliOver(script: Script) {
  const broker = await scriptedBroker(script);
  return { broker, cli: desk({ server: broker.url, terminal: true, columns: 100 }) };
}
const begun = () => ({ status: 202, body: { run: { ...RUN, state: "pending" } } });

test("berth run begins a run, with its reason, and says under which id", async () => {
  const { cli, broker } = await cliOver({ [BEGIN]: begun });
  expect(await cli.run("run", "report", "--reason", "month end")).toBe(0);
  expect(cli.out()).toBe("begun: run_k3v7 of report\n");
  expect(broker.calls[0]?.body).toEqual({ reason: "month end" });
});

test("berth run --wait asks until the run has ended, and succeeds with it", async () => {
  let asked = 0;
  const { cli } = await cliOver({
    [BEGIN]: begun,
    [ONE]: () =>
      asked++ === 0
        ? problem(504, "not-ready-yet", "not yet", { run: { ...RUN, state: "running", endedAt: undefined } })
        : ok(RUN),
  });
  expect(await cli.run("run", "report", "--wait")).toBe(0);
  expect(asked).toBe(2);
  expect(cli.out()).toContain("report · run_k3v7 · succeeded");
});

test("berth run --wait fails with the run, and shows each try and what the last one wrote", async () => {
  const { cli } = await cliOver({
    [BEGIN]: begun,
    [ONE]: () => problem(409, "run-failed", "it failed", { run: FAILED }),
  });
  expect(await cli.run("run", "report", "--wait")).toBe(1);
  expect(cli.out()).toContain("failed: it exited with code 3");
  expect(cli.out()).toMatch(/1 +0 +failed +3 +50.0 s/);
  expect(cli.out()).toContain("last lines of try 1\n  reading\n  panic: no paper\n");
});

test("berth runs lists them, shows one, and stops one", async () => {
  const { cli, broker } = await cliOver({
    "GET /v1/workloads/report/runs": () => ok({ runs: [RUN] }),
    [ONE]: () => ok(FAILED),
    "POST /v1/workloads/report/runs/run_k3v7/stop": begun,
  });
  expect(await cli.run("runs", "report")).toBe(0);
  expect(cli.out()).toMatch(/run_k3v7 +succeeded/);
  expect(await cli.run("runs", "report", "run_k3v7", "--stop", "--reason", "wrong day")).toBe(0);
  expect(broker.calls.map(({ method, body }) => [method, body])).toContainEqual([
    "POST",
    { reason: "wrong day" },
  ]);
  expect(await cli.run("runs", "report", "--stop")).toBe(2);
});

test("berth logs asks for one try of a run", async () => {
  const { cli, broker } = await cliOver({
    "GET /v1/workloads/report/logs": () => ({ status: 200, text: '{"line":"hello","unit":"b1"}\n' }),
  });
  expect(await cli.run("logs", "report", "--run", "run_k3v7", "--try", "2")).toBe(0);
  expect(broker.calls[0]?.query).toMatchObject({ run: "run_k3v7", attempt: "2" });
  expect(cli.out()).toContain("hello");
});
