import { expect, test } from "vitest";
import { unitRef } from "../../../src/adapters/adapter.ts";
import { ecsAdapterOver } from "../../../src/adapters/ecs/index.ts";
import { simulatedEcsApi } from "../../../src/adapters/ecs/simulator/api.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import type { RunRef } from "../../../src/domain/run.ts";
import { tryUnit } from "../../../src/reconcile/runs/try-unit.ts";
import { call, target } from "../fixtures.ts";
import { gone } from "./gone.ts";
import { CONFIG, ecsWorld, type EcsWorld, jobTemplate } from "./world.ts";
import { seenTry } from "../seen-try.ts";

/** As the reconciler asks for the nth try of a run: with the try's own variables in its unit. */
function nth(world: EcsWorld, unit: Unit, number: number): { readonly unit: Unit; readonly run: RunRef } {
  const job = { retries: 0, timeoutSeconds: 60, parallelism: 1, retryUnknown: false };
  const name = `btry${number}`;
  const attempt = { number, index: 0, id: `id${number}`, name, unit: unit.id } as const;
  const kept = { phase: "starting", sentAt: world.time.now(), lastLines: [], released: false } as const;
  return {
    unit: tryUnit(unit, { id: `run_${number}`, job }, { ...attempt, ...kept }),
    run: { run: `run_${number}`, attempt: number, name, startedAt: world.time.now() },
  };
}

const times = (world: EcsWorld, operation: string) =>
  world.operations().filter((one) => one === operation).length;

const LOGIN = { username: "robot", password: "p-7c1" };
const withLogin = (login: () => typeof LOGIN) =>
  ecsWorld({ ports: { registries: async (_tenant, host) => (host === "ghcr.io" ? login() : undefined) } });

test("all tries of a unit run by one task definition, and each is told which it is", async () => {
  const world = ecsWorld();
  const job = world.unit({ template: jobTemplate() });
  for (let number = 1; number <= 40; number += 1) {
    const { unit, run } = nth(world, job, number);
    await world.adapter.runs?.start(unit, run, call());
    world.time.pass(500);
  }
  expect(times(world, "RegisterTaskDefinition")).toBe(1);
  const told = world.region()?.tasks.map(({ variables }) => variables?.["BERTH_ATTEMPT"]);
  expect(told).toEqual(Array.from({ length: 40 }, (_, index) => String(index + 1)));
  expect(world.region()?.tasks[0]?.variables).toEqual({
    BERTH_RUN: "run_1",
    BERTH_ATTEMPT: "1",
    BERTH_TASK_INDEX: "0",
    BERTH_TASK_COUNT: "1",
  });
});

test("tries that begin together register one task definition and keep each secret once", async () => {
  const world = ecsWorld();
  const job = world.unit({ template: jobTemplate() });
  const tries = Array.from({ length: 40 }, (_, index) => nth(world, job, index + 1));
  await Promise.all(tries.map(async ({ unit, run }) => await world.adapter.runs?.start(unit, run, call())));
  expect(times(world, "RegisterTaskDefinition")).toBe(1);
  expect(times(world, "CreateSecret")).toBe(1);
  expect(times(world, "DescribeTaskDefinition")).toBe(1);
  expect(world.region()?.tasks).toHaveLength(40);
});

test("a try whose task definition somebody took away is told to come again, and then starts by a new one", async () => {
  const world = ecsWorld();
  const job = world.unit({ template: jobTemplate() });
  const [first, second] = [nth(world, job, 1), nth(world, job, 2)];
  await world.adapter.runs?.start(first.unit, first.run, call());
  world.time.pass(10_000);
  expect(await gone(world, job, world.open())).toBe("gone");
  await expect(world.adapter.runs?.start(second.unit, second.run, call())).rejects.toMatchObject({
    kind: "conflict",
  });
  const again = await world.adapter.runs?.start(second.unit, second.run, call());
  expect(again?.phase).toBe("starting");
});

test("a job that had many tries is removed with few calls", async () => {
  const world = ecsWorld();
  const job = world.unit({ template: jobTemplate() });
  for (let number = 1; number <= 40; number += 1) {
    const { unit, run } = nth(world, job, number);
    await world.adapter.runs?.start(unit, run, call());
  }
  world.time.pass(60_000);
  const before = world.calls.length;
  expect(await gone(world, job)).toBe("gone");
  expect(world.calls.length - before).toBeLessThan(15);
});

test("a task definition whose secrets come back in another order is the same one", async () => {
  const world = ecsWorld();
  const secrets = { A_URL: "a@1", B_URL: "b@1" };
  const job = world.unit({ template: jobTemplate({ secrets }) });
  const turned = world.openOver((api) => ({
    async send(region, operation, input, given) {
      const output = await api.send(region, operation, input, given);
      const found = "taskDefinition" in output ? output.taskDefinition : undefined;
      if (typeof found !== "object" || found === null || !("containerDefinitions" in found)) return output;
      const containerDefinitions = found.containerDefinitions?.map((one) => ({
        ...one,
        secrets: one.secrets?.toReversed(),
      }));
      return { ...output, taskDefinition: { ...found, containerDefinitions } };
    },
  }));
  for (const number of [1, 2]) {
    const { unit, run } = nth(world, job, number);
    await turned.runs?.start(unit, run, call());
  }
  expect(times(world, "RegisterTaskDefinition")).toBe(1);
});

test.each([false, true])(
  "a try is found by its own name when its target was changed meanwhile, running and ended (status counts as a filter: %s)",
  async (startedByAlone) => {
    const world = ecsWorld({ rules: { startedByAlone } });
    const { unit, run } = nth(world, world.unit({ template: jobTemplate() }), 1);
    await world.adapter.runs?.start(unit, run, call());
    world.time.pass(1_500);
    const changed = target("ecs", {
      ...CONFIG,
      logGroup: "/elsewhere",
      roles: { ...CONFIG.roles, task: ROLE },
    });
    const again = () => ecsAdapterOver(changed, world.ports, simulatedEcsApi(world.account.answer));
    expect(await seenTry(again().runs, unit, run)).toMatchObject({ phase: "running" });
    world.time.pass(10_000);
    expect(await seenTry(again().runs, unit, run)).toMatchObject({ phase: "succeeded" });
  },
);
const ROLE = "arn:aws:iam::123456789012:role/berth-task";

test("a try that no list shows yet is neither lost nor stopped for a broker that has just begun", async () => {
  const world = ecsWorld({
    rules: { delaysMs: { create: 300, ready: 700, destroy: 300, visible: 30_000, express: 0 } },
  });
  const { unit, run } = nth(
    world,
    world.unit({ template: jobTemplate({ image: "ghcr.io/acme/slow:1" }) }),
    1,
  );
  world.account.behave({ exits: [{ image: "slow", exitCode: 0, afterMs: 3_600_000, lines: [] }] });
  await world.adapter.runs?.start(unit, run, call());
  world.time.pass(2_000);
  expect(await seenTry(world.open().runs, unit, run)).toMatchObject({ phase: "starting" });
  expect(await world.open().runs?.stop(unit, run, call())).toBe("stopping");
  world.time.pass(30_000);
  expect(await world.open().runs?.stop(unit, run, call())).toBe("stopping");
  world.time.pass(5_000);
  expect(await world.open().runs?.stop(unit, run, call())).toBe("stopped");
  expect(world.region()?.tasks.every(({ stop }) => stop !== undefined)).toBe(true);
});

test("a try whose start came late is not taken for stopped before a list would show it", async () => {
  const world = ecsWorld({
    rules: { delaysMs: { create: 300, ready: 700, destroy: 300, visible: 60_000, express: 0 } },
  });
  const job = world.unit({ template: jobTemplate({ image: "ghcr.io/acme/slow:1" }) });
  const { unit, run } = nth(world, job, 1);
  world.account.behave({ exits: [{ image: "slow", exitCode: 0, afterMs: 3_600_000, lines: [] }] });
  // Nobody has heard an answer, and it was stopped meanwhile.
  world.time.pass(20_000);
  await world.adapter.runs?.start(unit, run, call());
  world.time.pass(55_000);
  expect(await world.open().runs?.stop(unit, run, call())).toBe("stopping");
  world.time.pass(10_000);
  expect(await world.open().runs?.stop(unit, run, call())).toBe("stopping");
  world.time.pass(5_000);
  expect(await world.open().runs?.stop(unit, run, call())).toBe("stopped");
  expect(world.region()?.tasks.every(({ stop }) => stop !== undefined)).toBe(true);
});

test("the log of a try that has ended is still found by a broker that has just begun", async () => {
  const world = ecsWorld();
  const { unit, run } = nth(world, world.unit({ template: jobTemplate() }), 1);
  await world.adapter.runs?.start(unit, run, call());
  world.time.pass(60_000);
  const ref = { ...unitRef(unit), id: "0f".repeat(20), name: run.name };
  const stream = await world.open().logs?.(ref, { tail: 10, follow: false }, call());
  expect(await new Response(stream).text()).toContain("done");
  const strange = world.open({ installation: async () => ({ id: "ins_other", epoch: 1 }) });
  await expect(strange.logs?.(ref, { tail: 10, follow: false }, call())).rejects.toMatchObject({
    kind: "conflict",
  });
});

test("the end of a try is known although its log may not be read", async () => {
  const denied = { code: "AccessDeniedException", message: "no", status: 400, times: 9 } as const;
  const world = ecsWorld({ rules: { faults: [{ operation: "GetLogEvents", when: "before", ...denied }] } });
  const { unit, run } = nth(world, world.unit({ template: jobTemplate() }), 1);
  await world.adapter.runs?.start(unit, run, call());
  world.time.pass(60_000);
  const ended = await seenTry(world.adapter.runs, unit, run);
  expect(ended).toMatchObject({ phase: "succeeded", exitCode: 0, lastLines: [] });
});

test("a login is written once for all tries, and again only when it is another", async () => {
  let login = LOGIN;
  const world = withLogin(() => login);
  const job = world.unit({ template: jobTemplate() });
  for (let number = 1; number <= 5; number += 1) {
    const { unit, run } = nth(world, job, number);
    if (number === 5) login = { ...LOGIN, password: "p-8d2" };
    // Each by a broker that has just begun.
    await world.open().runs?.start(unit, run, call());
  }
  expect(times(world, "PutSecretValue")).toBe(1);
  expect(times(world, "RegisterTaskDefinition")).toBe(1);
  const kept = world.region()?.secrets.find(({ name }) => name.includes("/registry-"));
  expect(JSON.parse(kept?.value ?? "")).toEqual(login);
});
