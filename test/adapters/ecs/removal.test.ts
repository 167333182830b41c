import { describe, expect, test } from "vitest";
import { unitRef } from "../../../src/adapters/adapter.ts";
import { call } from "../fixtures.ts";
import { gone } from "./gone.ts";
import { ecsTemplate, ecsWorld, EXPRESS_CONFIG, jobTemplate } from "./world.ts";
import { knownOf } from "../known.ts";

const SLOW_STOP = { create: 300, ready: 700, destroy: 300, stop: 60_000, visible: 200, express: 1_000 };
const NONE = { min: 0, max: 0 };

describe("what is removed", () => {
  test("stops costing at once: its service is deleted before anything else is looked for", async () => {
    const world = ecsWorld();
    const unit = world.unit();
    await world.adapter.apply(unit, call());
    world.time.pass(5_000);
    const before = world.calls.length;
    expect(await world.adapter.destroy(unitRef(unit), call())).toBe("going");
    expect(world.operations().slice(before)).toEqual(["DescribeServices", "DeleteService"]);
  });

  test("is not gone while one of its tasks still stops, although its service is INACTIVE", async () => {
    const world = ecsWorld({ rules: { delaysMs: SLOW_STOP } });
    const unit = world.unit({ template: ecsTemplate({ singleton: true }), replicas: { min: 1, max: 1 } });
    await world.adapter.apply(unit, call());
    world.time.pass(5_000);
    expect(await world.adapter.destroy(unitRef(unit), call())).toBe("going");
    world.time.pass(30_000);
    expect(await world.adapter.destroy(unitRef(unit), call())).toBe("going");
    expect(world.region()?.secrets).toHaveLength(1);
    world.time.pass(31_000);
    expect(await world.adapter.destroy(unitRef(unit), call())).toBe("gone");
    expect(world.region()?.secrets).toEqual([]);
  });

  test("is not gone while a try that was told to stop still runs", async () => {
    const world = ecsWorld({ rules: { delaysMs: SLOW_STOP } });
    const unit = world.unit({ template: jobTemplate() });
    const run = { run: "r", attempt: 1, name: "btry1", startedAt: world.time.now() };
    await world.adapter.runs?.start(unit, run, call());
    world.time.pass(1_200);
    expect(await world.adapter.destroy(unitRef(unit), call())).toBe("going");
    world.time.pass(30_000);
    expect(await world.adapter.destroy(unitRef(unit), call())).toBe("going");
    world.time.pass(31_000);
    expect(await world.adapter.destroy(unitRef(unit), call())).toBe("gone");
  });

  test("takes along a task that no list showed in time, once it is seen", async () => {
    const world = ecsWorld({ rules: { delaysMs: { ...SLOW_STOP, stop: 2_000, visible: 30_000 } } });
    world.account.behave({ exits: [{ image: "web", exitCode: 0, afterMs: 3_600_000, lines: [] }] });
    const unit = world.unit({ template: jobTemplate() });
    const run = { run: "r", attempt: 1, name: "btry1", startedAt: world.time.now() };
    await world.adapter.runs?.start(unit, run, call());
    expect(await world.adapter.destroy(unitRef(unit), call())).toBe("gone");
    world.time.pass(60_000);
    const { unrecognised } = await world.adapter.observe(knownOf(), call());
    expect(unrecognised).toMatchObject([{ unit: unit.id, name: unit.name }]);
    expect(await world.adapter.destroy(unitRef(unit), call())).toBe("going");
    world.time.pass(3_000);
    expect(await world.adapter.destroy(unitRef(unit), call())).toBe("gone");
    expect(world.region()?.tasks[0]?.stop).toBeDefined();
  });

  test("leaves no task definition behind once nothing is remembered by it", async () => {
    const world = ecsWorld();
    const unit = world.unit();
    await world.adapter.apply(unit, call());
    world.time.pass(5_000);
    expect(await gone(world, unit)).toBe("gone");
    world.time.pass(2 * 3_600_000);
    await world.adapter.observe(knownOf(), call());
    expect(world.region()?.definitions).toEqual([]);
  });

  test("is gone although its role may not delete task definitions yet", async () => {
    const denied = { code: "AccessDeniedException", message: "no", status: 400, times: 9 } as const;
    const faults = [{ operation: "DeleteTaskDefinitions", when: "before", ...denied } as const];
    const world = ecsWorld({ rules: { faults } });
    const unit = world.unit();
    await world.adapter.apply(unit, call());
    world.time.pass(5_000);
    expect(await gone(world, unit)).toBe("gone");
    expect(world.region()?.definitions.map(({ status }) => status)).toEqual(["INACTIVE"]);
  });
});

describe("an Express service that is stopped", () => {
  test("is deleted, is stopping as long as a task runs, and never said to be stopped before", async () => {
    const world = ecsWorld({ config: EXPRESS_CONFIG, rules: { delaysMs: SLOW_STOP } });
    const unit = world.unit();
    await world.adapter.apply(unit, call());
    world.time.pass(5_000);
    const stopped = { ...unit, replicas: NONE };
    expect(await world.adapter.apply(stopped, call())).toMatchObject({ phase: "stopping", ready: 0 });
    expect(world.operations()).not.toContain("UpdateExpressGatewayService");
    world.time.pass(30_000);
    expect(await world.adapter.apply(stopped, call())).toMatchObject({ phase: "stopping" });
    world.time.pass(31_000);
    expect(await world.adapter.apply(stopped, call())).toMatchObject({ phase: "stopped", replicas: 0 });
    expect(world.operations().filter((name) => name === "DeleteExpressGatewayService")).toHaveLength(1);
    expect(await gone(world, unit)).toBe("gone");
    expect(world.region()?.secrets).toEqual([]);
  });

  test("is made again where it shall run again, and its new URL is read", async () => {
    const world = ecsWorld({ config: EXPRESS_CONFIG });
    const unit = world.unit();
    const url = async () =>
      (await world.adapter.observe(knownOf(unit), call())).observations[0]?.endpoints[0]?.url;
    await world.adapter.apply(unit, call());
    world.time.pass(5_000);
    const before = await url();
    await world.adapter.apply({ ...unit, replicas: NONE }, call());
    await expect(world.adapter.apply(unit, call())).rejects.toMatchObject({ kind: "conflict" });
    world.time.pass(5_000);
    await world.adapter.apply(unit, call());
    world.time.pass(5_000);
    const after = await url();
    const [service] = world.services();
    expect(after).toMatch(/^https:/);
    expect(after).not.toBe(before);
    expect(service?.desired).toBe(2);
  });

  test("is left alone where it is a stranger's", async () => {
    const world = ecsWorld({ config: EXPRESS_CONFIG });
    const unit = world.unit();
    await world.adapter.apply(unit, call());
    const other = world.open({ installation: async () => ({ id: "ins_other", epoch: 1 }) });
    await expect(other.apply({ ...unit, replicas: NONE }, call())).rejects.toMatchObject({
      kind: "conflict",
    });
    expect(world.operations()).not.toContain("DeleteExpressGatewayService");
  });
});
