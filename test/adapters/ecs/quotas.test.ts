import { describe, expect, test } from "vitest";
import { USUAL_RULES } from "../../../src/adapters/ecs/simulator/rules.ts";
import { call, needs } from "../fixtures.ts";
import { CONFIG, ecsWorld, type EcsWorld } from "./world.ts";

const HOUR_MS = 3_600_000;
const quota = { ...USUAL_RULES.quota, onDemandVcpu: 6, spotVcpu: 1 };
const rules = { quota };
const denied = {
  operation: "GetServiceQuota",
  when: "before",
  code: "AccessDeniedException",
  message: "no",
  status: 400,
  times: 4,
} as const;

const capacities = async (world: EcsWorld) =>
  (await world.adapter.offers(needs(), call())).map(({ billing, shape, capacityReplicas }) => ({
    vCpu: billing === "spot" ? ("spot" as const) : ("demand" as const),
    milliCpu: shape.milliCpu,
    capacityReplicas,
  }));
const readings = (world: EcsWorld) =>
  world.operations().filter((operation) => operation === "GetServiceQuota").length;

describe("an offer", () => {
  test("fits as many tasks as the account's vCPUs allow, on demand and on Spot apart", async () => {
    const offers = await capacities(ecsWorld({ rules }));
    expect(offers.length).toBeGreaterThan(1);
    for (const { vCpu, milliCpu, capacityReplicas } of offers)
      expect(capacityReplicas).toBe(Math.floor(((vCpu === "spot" ? 1 : 6) * 1_000) / milliCpu));
  });

  test("keeps to the owner's number where that is less, and to the account's where it is more", async () => {
    const config = { ...CONFIG, quota: { onDemandVcpu: 2, spotVcpu: 40 } };
    for (const { vCpu, milliCpu, capacityReplicas } of await capacities(ecsWorld({ config, rules })))
      expect(capacityReplicas).toBe(Math.floor(((vCpu === "spot" ? 1 : 2) * 1_000) / milliCpu));
  });

  test("keeps to the account's tasks of a service and services of a cluster", async () => {
    const few = ecsWorld({ rules: { quota: { services: 1, tasks: 7 } } });
    for (const { capacityReplicas } of await capacities(few)) expect(capacityReplicas).toBe(7);
    await few.adapter.apply(few.unit(), call());
    for (const { capacityReplicas } of await capacities(few)) expect(capacityReplicas).toBe(0);
  });

  test("is bounded by nothing but ECS itself where AWS tells no vCPUs", async () => {
    for (const { capacityReplicas } of await capacities(ecsWorld())) expect(capacityReplicas).toBe(5_000);
  });
});

describe("quotas", () => {
  test("are read once for all who ask, and again after an hour", async () => {
    const world = ecsWorld({ rules });
    await Promise.all([capacities(world), capacities(world), capacities(world)]);
    world.time.pass(HOUR_MS - 1);
    await capacities(world);
    expect(readings(world)).toBe(4);
    world.account.behave({ quota: { ...quota, onDemandVcpu: 600, spotVcpu: 600 } });
    world.time.pass(1);
    expect((await capacities(world)).every(({ capacityReplicas }) => (capacityReplicas ?? 0) > 6)).toBe(true);
    expect(readings(world)).toBe(8);
  });

  test("that may not be read are unknown, cost no offer, and are not asked for again at once", async () => {
    const world = ecsWorld({ rules: { quota, faults: [denied] } });
    for (const { capacityReplicas } of await capacities(world)) expect(capacityReplicas).toBe(5_000);
    const asked = readings(world);
    await capacities(world);
    expect(readings(world)).toBe(asked);
    world.time.pass(300_000);
    for (const { capacityReplicas } of await capacities(world)) expect(capacityReplicas).toBeLessThan(25);
  });

  test("that cannot be read any more stay as they were", async () => {
    const world = ecsWorld({ rules });
    const before = await capacities(world);
    world.time.pass(HOUR_MS);
    world.account.behave({ faults: [{ ...denied, times: 100 }] });
    expect(await capacities(world)).toEqual(before);
  });
});

describe("a check", () => {
  const NAME = "servicequotas:GetServiceQuota in eu-west-1";
  const quotaLine = async (world: EcsWorld) =>
    ((await world.adapter.check?.(call())) ?? []).find(({ name }) => name === NAME);

  test("tells each quota, and what the cluster uses of it", async () => {
    const world = ecsWorld({ rules });
    const unit = world.unit({ replicas: { min: 3, max: 3 } });
    await world.adapter.apply(unit, call());
    world.time.pass(5_000);
    const milliCpu = unit.shape.milliCpu * 3;
    expect(await quotaLine(world)).toEqual({
      name: NAME,
      verdict: "ok",
      message: `Fargate on demand may have ${milliCpu / 1_000} of 6 vCPUs, on Spot 0 of 1, the cluster berth 1 of 5000 services, a service 5000 tasks; used is what this cluster uses, the account may use more.`,
    });
  });

  test("says what AWS does not tell, and what a role may not read", async () => {
    expect((await quotaLine(ecsWorld()))?.message).toContain("a number that AWS does not tell");
    expect(await quotaLine(ecsWorld({ rules: { faults: [denied] } }))).toMatchObject({
      verdict: "refused",
      message: expect.stringContaining("Check the target's roles"),
    });
  });
});
