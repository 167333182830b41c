import { expect, test } from "vitest";
import { unitRef } from "../../../src/adapters/adapter.ts";
import type { AciFault } from "../../../src/adapters/aci/simulator/rules.ts";
import { USUAL_RULES } from "../../../src/adapters/aci/simulator/rules.ts";
import { AdapterError } from "../../../src/domain/fault.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import { call } from "../fixtures.ts";
import { writes } from "./subscription.ts";
import { aciUnit, type World, world } from "./world.ts";
import { knownOf } from "../known.ts";

const faults = (...list: readonly AciFault[]) => ({ faults: list });
const applied = async ({ adapter }: World, unit: Unit) => await adapter.apply(unit, call());
const observed = async ({ adapter }: World, unit: Unit) => await adapter.observe(knownOf(unit), call());
const puts = ({ cloud }: World) => writes(cloud).filter((one) => one.startsWith("PUT"));

async function removed({ adapter, cloud }: World, unit: Unit): Promise<"gone" | "going"> {
  for (let asks = 0; asks < 20; asks += 1) {
    if ((await adapter.destroy(unitRef(unit), call())) === "gone") return "gone";
    cloud.pass(10_000);
  }
  return "going";
}

test("a lost answer after create: the group is found by its name and not made again", async () => {
  const it = world(faults({ on: "put", times: 1, how: "lost" }));
  const unit = aciUnit(1);
  await expect(applied(it, unit)).rejects.toMatchObject({ kind: "unavailable" });
  await applied(it, unit);
  expect(puts(it)).toEqual([`PUT ${unit.name}-0`, `PUT ${unit.name}-1`]);
  it.cloud.pass(60_000);
  expect((await observed(it, unit)).observations[0]).toMatchObject({ phase: "ready", ready: 2, restarts: 0 });
});

test("a 500 after create: the same, whatever Azure says of it", async () => {
  const it = world(faults({ on: "put", name: "-1", times: 1, how: "after", status: 500 }));
  const unit = aciUnit(1);
  await expect(applied(it, unit)).rejects.toMatchObject({ kind: "unavailable" });
  await applied(it, unit);
  expect(puts(it)).toHaveLength(2);
  expect(it.cloud.names()).toHaveLength(2);
});

test("throttled mid-way: what is made stays, the rest comes later, and no group is made twice", async () => {
  const rates = { ...USUAL_RULES.rates, createsInFive: { burst: 3, seconds: 300 } };
  const it = world({ rates });
  const unit = aciUnit(1, { replicas: { min: 5, max: 5 } });
  const error = await applied(it, unit).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: "throttled" });
  expect((error as AdapterError).retryAfterMs).toBeGreaterThan(1_000);
  expect(it.cloud.names()).toHaveLength(3);
  it.cloud.pass(600_000);
  await applied(it, unit);
  expect(it.cloud.names()).toHaveLength(5);
  for (const { updates } of Object.values(it.cloud.state.groups)) expect(updates).toBe(0);
});

test("a crash between any two calls leaves what the next try finds: each group once, and nothing after its end", async () => {
  for (let crashAt = 1; crashAt < 40; crashAt += 1) {
    let calls = 0;
    const dying = <T extends object>(api: T): T =>
      new Proxy(api, {
        get(whole, name, self) {
          const verb: unknown = Reflect.get(whole, name, self);
          if (typeof verb !== "function") return verb;
          return async (...given: readonly unknown[]) => {
            calls += 1;
            if (calls === crashAt) throw new Error("the process has died here");
            return (await Reflect.apply(verb, whole, given)) as unknown;
          };
        },
      });
    const it = world({}, { api: dying });
    const unit = aciUnit(1, { replicas: { min: 3, max: 3 } });
    const grown = { ...unit, replicas: { min: 5, max: 5 } };
    const tried = async (run: () => Promise<unknown>) => {
      try {
        return await run();
      } catch {
        // A new process begins where the database says: the same verb again.
        return await run();
      }
    };
    await tried(async () => await applied(it, unit));
    it.cloud.pass(1_000);
    await tried(async () => await applied(it, grown));
    expect(it.cloud.names(), `crash at call ${crashAt}`).toHaveLength(5);
    for (const { updates } of Object.values(it.cloud.state.groups)) expect(updates).toBe(0);
    expect(await tried(async () => await removed(it, unit)), `crash at call ${crashAt}`).toBe("gone");
    expect(it.cloud.names(), `crash at call ${crashAt}`).toEqual([]);
  }
});

test("delete while creating: Azure refuses, so it is asked again until it is gone", async () => {
  const it = world({ delaysMs: { ...USUAL_RULES.delaysMs, create: 30_000 } });
  const unit = aciUnit(1);
  await applied(it, unit);
  expect(await it.adapter.destroy(unitRef(unit), call())).toBe("going");
  expect(it.cloud.names()).toHaveLength(2);
  expect(await removed(it, unit)).toBe("gone");
  expect(it.cloud.names()).toEqual([]);
});

test("credentials lost during cleanup are denied and never read as gone", async () => {
  const lost = { status: 403, code: "AuthorizationFailed", times: 1_000, how: "before" } as const;
  for (const on of ["list", "get", "delete"] as const) {
    const it = world();
    const unit = aciUnit(1);
    await applied(it, unit);
    it.cloud.pass(60_000);
    it.cloud.rules = { ...it.cloud.rules, ...faults({ ...lost, on }) };
    await expect(it.adapter.destroy(unitRef(unit), call())).rejects.toMatchObject({ kind: "denied" });
    expect(it.cloud.names()).toHaveLength(2);
  }
});

test("a resource group that cannot be found is no proof that a unit is gone", async () => {
  const it = world(
    faults({ on: "get", times: 1_000, how: "before", status: 404, code: "ResourceGroupNotFound" }),
  );
  await expect(it.adapter.destroy(unitRef(aciUnit(1)), call())).rejects.toMatchObject({ kind: "denied" });
  await expect(observed(it, aciUnit(1))).rejects.toMatchObject({ kind: "denied" });
});

test("a stranger's group of the same name is left alone by every verb", async () => {
  const it = world();
  const unit = aciUnit(1);
  const container = {
    name: "theirs",
    properties: { image: "theirs:1", resources: { requests: { cpu: 1, memoryInGB: 1 } } },
  };
  const theirs = { location: "westeurope", properties: { osType: "Linux", containers: [container] } };
  await it.api.create(`${unit.name}-0`, theirs, call());
  it.cloud.pass(60_000);
  const before = JSON.stringify(it.cloud.state.groups);
  await expect(applied(it, unit)).rejects.toMatchObject({ kind: "conflict" });
  expect(await it.adapter.destroy(unitRef(unit), call())).toBe("gone");
  expect((await observed(it, unit)).observations).toEqual([]);
  expect(JSON.stringify(it.cloud.state.groups)).toBe(before);
});

test("another installation's groups, and another unit's of this one, are not ours to see or touch", async () => {
  const it = world();
  const unit = aciUnit(1);
  const theirs = world(
    {},
    { ports: { installation: async () => await Promise.resolve({ id: "ins_other", epoch: 9 }) } },
  );
  theirs.cloud.state = it.cloud.state;
  await applied(theirs, unit);
  it.cloud.state = theirs.cloud.state;
  it.cloud.pass(60_000);
  expect(await observed(it, aciUnit(2))).toMatchObject({ observations: [], unrecognised: [] });
  await expect(applied(it, unit)).rejects.toMatchObject({ kind: "conflict" });
  expect(await it.adapter.destroy(unitRef(unit), call())).toBe("gone");
  expect(it.cloud.names()).toHaveLength(2);
});

test("an older copy of the database changes nothing that a newer one has made", async () => {
  const newer = world(
    {},
    { ports: { installation: async () => await Promise.resolve({ id: "ins_test", epoch: 2 }) } },
  );
  const unit = aciUnit(1);
  await applied(newer, unit);
  const older = world();
  older.cloud.state = newer.cloud.state;
  await expect(applied(older, { ...unit, replicas: { min: 1, max: 1 } })).rejects.toMatchObject({
    kind: "denied",
  });
  await expect(older.adapter.destroy(unitRef(unit), call())).rejects.toMatchObject({ kind: "denied" });
  expect(older.cloud.names()).toHaveLength(2);
});

test("eventual consistency after create: a unit that lists do not show for a minute is seen whole all the time", async () => {
  const it = world({ delaysMs: { ...USUAL_RULES.delaysMs, visible: 60_000 } });
  const unit = aciUnit(1, { replicas: { min: 3, max: 3 } });
  await applied(it, unit);
  for (let second = 0; second <= 65; second += 5) {
    expect((await observed(it, unit)).observations[0]).toMatchObject({ replicas: 3 });
    it.cloud.pass(5_000);
  }
  const other = aciUnit(2);
  await applied(it, other);
  expect(await removed(it, other)).toBe("gone");
  expect(it.cloud.names()).toHaveLength(3);
});

test("a list that breaks off in the middle is no look at all", async () => {
  const it = world({
    pageSize: 2,
    ...faults({ on: "list", skip: 1, times: 1_000, how: "before", status: 500 }),
  });
  const unit = aciUnit(1, { replicas: { min: 5, max: 5 } });
  await expect(
    applied({ ...it }, unit).then(async () => {
      it.cloud.pass(60_000);
      return await observed(it, unit);
    }),
  ).rejects.toMatchObject({ kind: "unavailable" });
});

test("a full region and a spent quota are told apart, and neither is tried again there", async () => {
  const full = world({ full: ["westeurope"] });
  await expect(applied(full, aciUnit(1))).rejects.toMatchObject({ kind: "capacity" });
  expect(puts(full)).toHaveLength(1);
  const spent = world({ quotas: { ...USUAL_RULES.quotas, StandardCores: 1 } });
  await expect(applied(spent, aciUnit(1))).rejects.toMatchObject({ kind: "quota" });
});
