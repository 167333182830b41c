import { describe, expect, test } from "vitest";
import { unitRef } from "../../../src/adapters/adapter.ts";
import type { FaultRule } from "../../../src/adapters/cloud-run/simulator/state.ts";
import { call, template } from "../fixtures.ts";
import { LOST_CREATE } from "./bench.ts";
import { project } from "./project.ts";
import { runUnit } from "./settings.ts";
import { world } from "./world.ts";
import { knownOf } from "../known.ts";

const fault = (rule: Partial<FaultRule>): FaultRule => ({
  method: "POST",
  path: "/services",
  times: 1,
  status: 503,
  code: "UNAVAILABLE",
  ...rule,
});
const services = (here: ReturnType<typeof world>) =>
  Object.keys(here.google.state().resources).map((name) => name.slice(name.lastIndexOf("/") + 1));

describe("what goes wrong in clouds", () => {
  test("lost answer after create: the service is found by its name and mark, and made once", async () => {
    const here = world({ faults: [LOST_CREATE] });
    const unit = runUnit(1);
    await expect(here.adapter.apply(unit, call())).rejects.toMatchObject({ kind: "unavailable" });
    await here.adapter.apply(unit, call());
    expect(services(here)).toEqual([unit.name]);
    expect(Object.keys(here.google.state().secrets)).toHaveLength(2);
  });

  test("500 after create: the same", async () => {
    const here = world({ faults: [fault({ after: true, status: 500, code: "INTERNAL" })] });
    const unit = runUnit(1);
    await expect(here.adapter.apply(unit, call())).rejects.toMatchObject({ kind: "unavailable" });
    await here.adapter.apply(unit, call());
    expect(services(here)).toEqual([unit.name]);
  });

  test("throttled mid-way: it waits as told and goes on where it was", async () => {
    const rate = {
      status: 429,
      code: "RESOURCE_EXHAUSTED",
      reason: "RATE_LIMIT_EXCEEDED",
      retryAfterSeconds: 2,
    };
    const here = world({ faults: [fault({ path: "/secrets", times: 1, skip: 1, ...rate }), fault(rate)] });
    const unit = runUnit(1);
    await here.adapter.apply(unit, call());
    expect(services(here)).toEqual([unit.name]);
    expect(Object.values(here.google.state().secrets).map(({ versions }) => versions)).toEqual([1, 1]);
  });

  test("a quota that is full is no throttle: place it elsewhere", async () => {
    const here = world({ quota: { resources: 1, writesPerMinute: 60 } });
    await here.adapter.apply(runUnit(1), call());
    await expect(here.adapter.apply(runUnit(2), call())).rejects.toMatchObject({ kind: "quota" });
  });

  test("crash between any two calls: what is there is taken up, and nothing is made twice", async () => {
    const whole = world();
    const unit = runUnit(1);
    await whole.adapter.apply(unit, call());
    for (let calls = 1; calls < whole.google.asked.length; calls += 1) {
      const google = project();
      let left = calls;
      const dying = world(
        {},
        {
          google,
          api: (api) => ({
            run: new Proxy(api.run, { get: (target, verb) => dieAfter(Reflect.get(target, verb)) }),
            rest: dieAfter(api.rest),
          }),
        },
      );
      function dieAfter<T extends (...given: never[]) => Promise<unknown>>(verb: T): T {
        const wrapped = async (...given: Parameters<T>) => {
          if (left === 0) throw new Error("the process is gone");
          left -= 1;
          return await verb(...given);
        };
        return wrapped as T;
      }
      await expect(dying.adapter.apply(unit, call())).rejects.toThrow();
      const next = world({}, { google });
      await next.adapter.apply(unit, call());
      expect(services(next), `after ${calls} calls`).toEqual([unit.name]);
      expect(google.state().secrets, `after ${calls} calls`).toEqual(whole.google.state().secrets);
    }
  });

  test("delete while creating: asked again until a read finds nothing", async () => {
    const here = world();
    const unit = runUnit(1);
    await here.adapter.apply(unit, call());
    expect(await here.adapter.destroy(unitRef(unit), call())).toBe("going");
    expect(services(here)).toEqual([unit.name]);
    here.google.pass(1_000);
    expect(await here.adapter.destroy(unitRef(unit), call())).toBe("going");
    here.google.pass(1_000);
    expect(await here.adapter.destroy(unitRef(unit), call())).toBe("going");
    expect(await here.adapter.destroy(unitRef(unit), call())).toBe("gone");
    expect(here.google.state().secrets).toEqual({});
  });

  test("credentials lost during cleanup: denied, never success, and nothing is forgotten", async () => {
    const here = world();
    const unit = runUnit(1);
    await here.adapter.apply(unit, call());
    here.google.pass(5_000);
    for (const denied of ["/services", "/secrets"]) {
      const method = denied === "/secrets" ? "GET" : "DELETE";
      const rule = fault({ method, path: denied, times: 99, status: 403, code: "PERMISSION_DENIED" });
      here.google.rule({ faults: [rule] });
      await expect(here.adapter.destroy(unitRef(unit), call())).rejects.toMatchObject({ kind: "denied" });
      expect(Object.keys(here.google.state().secrets)).toHaveLength(2);
      here.google.rule({ faults: [] });
      await here.adapter.destroy(unitRef(unit), call());
      here.google.pass(5_000);
    }
    expect(await here.adapter.destroy(unitRef(unit), call())).toBe("gone");
  });

  test("a stranger's service of the same name is left alone, by apply and by destroy", async () => {
    const here = world();
    const unit = runUnit(1);
    const stranger = { ...runUnit(2), name: unit.name };
    await here.adapter.apply(stranger, call());
    here.google.pass(5_000);
    const before = here.google.state().resources;
    await expect(here.adapter.apply(unit, call())).rejects.toMatchObject({ kind: "conflict" });
    expect(await here.adapter.destroy(unitRef(unit), call())).toBe("gone");
    expect(here.google.state().resources).toEqual(before);
  });

  test("an older copy of the database writes nothing over what a later one made", async () => {
    const google = project();
    const later = world({}, { google, ports: { installation: async () => ({ id: "ins_test", epoch: 2 }) } });
    const unit = runUnit(1);
    await later.adapter.apply(unit, call());
    google.pass(5_000);
    const older = world({}, { google });
    const more = { ...unit, replicas: { min: 5, max: 5 } };
    await expect(older.adapter.apply(more, call())).rejects.toMatchObject({ kind: "denied" });
    await expect(older.adapter.destroy(unitRef(unit), call())).rejects.toMatchObject({ kind: "denied" });
    expect(services(later)).toEqual([unit.name]);
  });

  test("eventual consistency after create: for a minute no list shows it, and it is seen all the same", async () => {
    const here = world({ delaysMs: { create: 300, ready: 700, destroy: 300, visible: 60_000, task: 1_000 } });
    const unit = runUnit(1);
    await here.adapter.apply(unit, call());
    here.google.pass(5_000);
    const seen = await here.adapter.observe(knownOf(unit), call());
    expect(seen).toMatchObject({ complete: true, observations: [{ unit: unit.id, phase: "ready" }] });
  });

  test("a page or a region that cannot be read makes the look incomplete, and all of them make it fail", async () => {
    const rules = { faults: [fault({ method: "GET", path: "us-central1", times: 99 })] };
    const here = world(rules, { config: { regions: ["europe-west1", "us-central1"] } });
    const unit = runUnit(1);
    await here.adapter.apply(unit, call());
    here.google.pass(5_000);
    expect(await here.adapter.observe(knownOf(unit), call())).toMatchObject({
      complete: false,
      observations: [{ unit: unit.id }],
    });
    here.google.rule({ faults: [fault({ method: "GET", path: "/locations/", times: 99 })] });
    await expect(here.adapter.observe(knownOf(unit), call())).rejects.toMatchObject({
      kind: "unavailable",
    });
  });

  test("a region that is lost is not asked by name, and one whose reads fail does not void what was seen", async () => {
    const here = world({}, { config: { regions: ["europe-west1", "us-central1"] } });
    const there = { provider: "cloud-run", target: "here", region: "us-central1" } as const;
    const [unit, other] = [runUnit(1), runUnit(2, { place: there })];
    await here.adapter.apply(unit, call());
    here.google.pass(5_000);
    const known = knownOf(unit, other);
    for (const path of ["us-central1", `us-central1/services/${other.name}`]) {
      here.google.rule({ faults: [fault({ method: "GET", path, times: 99 })] });
      here.google.pass(120_000);
      const before = here.google.asked.length;
      const seen = await here.adapter.observe(known, call());
      expect(seen).toMatchObject({ complete: false, observations: [{ unit: unit.id }] });
      const named = here.google.asked
        .slice(before)
        .filter((one) => one.path.includes(`us-central1/services/b`));
      expect(named.length > 0).toBe(path !== "us-central1");
    }
    here.google.rule({ faults: [] });
    expect((await here.adapter.observe(known, call())).complete).toBe(true);
  });

  test("250 services are made within the quota of writes without one refusal, and seen once each, on three pages", async () => {
    const here = world();
    const plain = template({ secrets: {}, files: [] });
    const units = Array.from({ length: 250 }, (_, index) => runUnit(index + 1, { template: plain }));
    for (const unit of units) await here.adapter.apply(unit, call());
    here.google.pass(5_000);
    const seen = await here.adapter.observe(knownOf(...units), call());
    expect(new Set(seen.observations.map(({ unit }) => unit)).size).toBe(250);
    expect(here.google.asked.filter(({ method }) => method === "POST")).toHaveLength(250);
    expect(here.google.asked.filter(({ query }) => query["pageToken"] !== undefined)).toHaveLength(2);
  });

  test("two who change the scale at once: the second looks again instead of undoing the first", async () => {
    const here = world();
    const unit = runUnit(1);
    await here.adapter.apply(unit, call());
    here.google.pass(5_000);
    const stale = await here.api.run.get(
      { collection: "services", region: "europe-west1", id: unit.name },
      call(),
    );
    await here.adapter.apply({ ...unit, replicas: { min: 3, max: 3 } }, call());
    const change = {
      etag: stale?.etag ?? "",
      mask: ["scaling"],
      document: { scaling: { minInstanceCount: 1 } },
    };
    const late = here.api.run.update(
      { collection: "services", region: "europe-west1", id: unit.name },
      change,
      call(),
    );
    await expect(late).rejects.toMatchObject({ kind: "conflict" });
  });
});
