import { describe, expect, test } from "vitest";
import { unitRef } from "../../../src/adapters/adapter.ts";
import type { EcsApi, Operation } from "../../../src/adapters/ecs/api.ts";
import type { FaultRule } from "../../../src/adapters/ecs/simulator/rules.ts";
import { call } from "../fixtures.ts";
import { gone } from "./gone.ts";
import { EXPRESS_CONFIG, ecsWorld, type EcsWorld, jobTemplate } from "./world.ts";
import { knownOf } from "../known.ts";

const fault = (operation: Operation, changes: Partial<FaultRule> = {}): FaultRule => ({
  operation,
  when: "before",
  code: "ServerException",
  message: "Service Unavailable. Please try again later.",
  status: 500,
  times: 1,
  ...changes,
});
const nothingLeft = (world: EcsWorld) => {
  expect(world.services()).toEqual([]);
  expect(world.region()?.secrets ?? []).toEqual([]);
  expect(world.region()?.definitions.filter(({ status }) => status === "ACTIVE") ?? []).toEqual([]);
};

describe.each([
  ["CreateService", undefined],
  ["CreateExpressGatewayService", EXPRESS_CONFIG],
] as const)("when %s goes wrong", (operation, config) => {
  test("a lost answer after create: the same unit is found again and not made again", async () => {
    const world = ecsWorld({ config, rules: { faults: [fault(operation, { when: "lost", times: 3 })] } });
    const unit = world.unit();
    await world.adapter.apply(unit, call()).catch(() => "lost, or found within the call");
    await world.open().apply(unit, call());
    expect(world.services()).toHaveLength(1);
    world.time.pass(5_000);
    expect((await world.adapter.observe(knownOf(unit), call())).observations).toHaveLength(1);
  });

  test("a 500 after create: what the cloud denies having made is found and goes with the unit", async () => {
    const world = ecsWorld({ config, rules: { faults: [fault(operation, { when: "after", times: 3 })] } });
    const unit = world.unit();
    await world.adapter.apply(unit, call()).catch(() => "denied, or found within the call");
    expect(world.services()).toHaveLength(1);
    world.time.pass(5_000);
    expect(await gone(world, unit)).toBe("gone");
    nothingLeft(world);
  });

  test("throttled mid-way: the call waits and goes on, and nothing is made twice", async () => {
    const throttled = { code: "ThrottlingException", message: "Rate exceeded", status: 400, times: 2 };
    const world = ecsWorld({ config, rules: { faults: [fault(operation, throttled)] } });
    await world.adapter.apply(world.unit(), call());
    expect(world.services()).toHaveLength(1);
    expect(world.operations().filter((name) => name === operation)).toHaveLength(3);
  });

  test("a stranger's service of the same name is left alone, by apply and by destroy", async () => {
    const world = ecsWorld({ config });
    const stranger = world.open({ installation: async () => ({ id: "ins_other", epoch: 1 }) });
    const unit = world.unit();
    await stranger.apply(unit, call());
    const before = world.services();
    await expect(
      world.adapter.apply({ ...unit, replicas: { min: 5, max: 5 } }, call()),
    ).rejects.toMatchObject({
      kind: "conflict",
    });
    expect(await world.adapter.destroy(unitRef(unit), call())).toBe("gone");
    world.time.pass(5_000);
    expect(world.services()).toEqual(before);
    expect((await world.adapter.observe(knownOf(unit), call())).observations).toEqual([]);
  });

  test("deleted while it is still being created, it is asked until it is gone", async () => {
    const world = ecsWorld({ config });
    const unit = world.unit();
    await world.adapter.apply(unit, call());
    expect(await world.adapter.destroy(unitRef(unit), call())).toBe("going");
    // Its tasks still stop: a delete that was accepted is not yet a service that is gone.
    expect(await world.adapter.destroy(unitRef(unit), call())).toBe("going");
    expect(await gone(world, unit)).toBe("gone");
    expect(world.services()).toEqual([]);
    nothingLeft(world);
  });
});

describe("a broker that is killed", () => {
  /** An API that answers so many calls and then none: what is behind it has done what it was told so far. */
  const killedAfter =
    (calls: number) =>
    (api: EcsApi): EcsApi => {
      let left = calls;
      return {
        send: async (...given) => {
          if (left <= 0) throw new Error("the process is gone");
          left -= 1;
          return await api.send(...given);
        },
      };
    };
  const MOST_CALLS = 12;

  test.each([
    ["plain", undefined],
    ["Express", EXPRESS_CONFIG],
  ] as const)(
    "between any two calls of apply leaves what the next broker finishes, once (%s)",
    async (_way, config) => {
      for (let calls = 0; calls < MOST_CALLS; calls += 1) {
        const world = ecsWorld({ config, between: killedAfter(calls) });
        const unit = world.unit();
        await world.adapter.apply(unit, call()).catch(() => "killed");
        const next = world.openOver((api) => api);
        await next.apply(unit, call());
        world.time.pass(5_000);
        expect(world.services(), `after ${calls} calls`).toHaveLength(1);
        expect(world.region()?.secrets).toHaveLength(1);
        expect(world.region()?.definitions).toHaveLength(1);
      }
    },
  );

  test("between any two calls of apply leaves nothing when the unit is destroyed instead", async () => {
    for (let calls = 0; calls < MOST_CALLS; calls += 1) {
      const world = ecsWorld({ between: killedAfter(calls) });
      const unit = world.unit();
      await world.adapter.apply(unit, call()).catch(() => "killed");
      world.time.pass(5_000);
      expect(
        await gone(
          world,
          unit,
          world.openOver((api) => api),
        ),
      ).toBe("gone");
      nothingLeft(world);
    }
  });

  test("between any two calls of destroy leaves what the next broker removes", async () => {
    for (let calls = 0; calls < 2 * MOST_CALLS; calls += 1) {
      const world = ecsWorld();
      const unit = world.unit();
      await world.adapter.apply(unit, call());
      world.time.pass(5_000);
      const dying = world.openOver(killedAfter(calls));
      await gone(world, unit, dying).catch(() => "killed");
      expect(await gone(world, unit), `after ${calls} calls`).toBe("gone");
      nothingLeft(world);
    }
  });
});

describe("what clouds do to others", () => {
  test("credentials lost during cleanup are denied, never success, and what is there stays known", async () => {
    const world = ecsWorld();
    const unit = world.unit();
    await world.adapter.apply(unit, call());
    world.time.pass(5_000);
    const expired = { code: "ExpiredTokenException", message: "expired", status: 400, times: 1_000 };
    for (const operation of ["DescribeServices", "DeleteService"] as const) {
      world.account.behave({ faults: [fault(operation, expired)] });
      await expect(world.adapter.destroy(unitRef(unit), call())).rejects.toMatchObject({ kind: "denied" });
    }
    world.account.behave({ faults: [fault("DeleteSecret", expired)] });
    await expect(gone(world, unit)).rejects.toMatchObject({ kind: "denied" });
    world.account.behave({ faults: [] });
    expect(await gone(world, unit)).toBe("gone");
    nothingLeft(world);
  });

  test.each([0, 1_000, 10_000, 60_000])(
    "a new service that is missing from lists for %d ms is seen by its name at once",
    async (visible) => {
      const world = ecsWorld({
        rules: { delaysMs: { create: 300, ready: 700, destroy: 300, visible, express: 0 } },
      });
      const unit = world.unit();
      await world.adapter.apply(unit, call());
      const young = await world.adapter.observe(knownOf(unit), call());
      expect(young).toMatchObject({ complete: true, observations: [{ unit: unit.id }] });
      world.time.pass(visible + 5_000);
      expect((await world.adapter.observe(knownOf(unit), call())).observations[0]?.phase).toBe("ready");
    },
  );

  test("a secret that no list shows yet goes with its unit all the same", async () => {
    const world = ecsWorld({
      rules: { delaysMs: { create: 1, ready: 1, destroy: 1, visible: 300_000, express: 1 } },
    });
    const unit = world.unit();
    await world.adapter.apply(unit, call());
    expect(await gone(world, unit)).toBe("gone");
    expect(world.region()?.secrets).toEqual([]);
  });

  test("a secret left by a crash before its service is reported as unrecognised, so that it is removed", async () => {
    const world = ecsWorld({ rules: { faults: [fault("RegisterTaskDefinition", { times: 9 })] } });
    const unit = world.unit();
    await world.adapter.apply(unit, call()).catch(() => "killed");
    world.time.pass(5_000);
    const { unrecognised } = await world.adapter.observe(knownOf(), call());
    expect(unrecognised).toMatchObject([
      { unit: unit.id, name: unit.name, workload: "web", environment: "production" },
    ]);
    expect(await gone(world, unit)).toBe("gone");
    nothingLeft(world);
  });

  test("a page that cannot be read makes a look fail: what was not read is never taken for gone", async () => {
    const world = ecsWorld();
    for (let number = 0; number < 3; number += 1) await world.adapter.apply(world.unit(), call());
    for (const operation of ["ListServices", "DescribeServices", "ListTasks", "DescribeTasks"] as const) {
      world.account.behave({ faults: [fault(operation, { times: 99 })] });
      await expect(world.adapter.observe(knownOf(), call()), operation).rejects.toMatchObject({
        kind: "unavailable",
      });
    }
  });

  test("a database that is an older copy writes nothing: not by apply, not by destroy, not by a job", async () => {
    const world = ecsWorld({ ports: { installation: async () => ({ id: "ins_test", epoch: 2 }) } });
    const [unit, job] = [world.unit(), world.unit({ template: jobTemplate() })];
    await world.adapter.apply(unit, call());
    const run = { run: "r", attempt: 1, name: "btry1", startedAt: world.time.now() };
    await world.adapter.runs?.start(job, run, call());
    world.time.pass(5_000);
    const kept = JSON.stringify(world.region()?.services);
    const older = world.open({ installation: async () => ({ id: "ins_test", epoch: 1 }) });
    const denied = { kind: "denied", message: expect.stringContaining("older copy") };
    await expect(older.apply({ ...unit, replicas: { min: 9, max: 9 } }, call())).rejects.toMatchObject(
      denied,
    );
    await expect(older.destroy(unitRef(unit), call())).rejects.toMatchObject(denied);
    await expect(older.runs?.start(job, { ...run, name: "btry2" }, call())).rejects.toMatchObject(denied);
    expect(JSON.stringify(world.region()?.services)).toBe(kept);
  });
});
