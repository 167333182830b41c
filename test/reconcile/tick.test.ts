import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { destroy } from "../../src/broker/destroy.ts";
import { AdapterError } from "../../src/domain/fault.ts";
import { LEASE_MS, tick } from "../../src/reconcile/tick.ts";
import type { Store, StoredUnit } from "../../src/store/store.ts";
import { joinHost } from "../broker/agents.ts";
import { openBench, type Bench } from "../broker/ports.ts";
import { sandboxTarget, webSpec, workerSpec } from "../broker/specs.ts";

const SIGNAL = new AbortController().signal;

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("cloud", sandboxTarget("ecs"));
});
afterEach(async () => {
  await bench.close();
});

const put = async (spec: unknown = webSpec()) =>
  (await deploy(bench.main.ports, bench.caller, "web", { spec })).plan;
const scope = () => ({ project: bench.caller.project.id, environment: "production" });
const units = () => bench.file.store.units(scope(), "web");
const route = () => bench.file.store.routeByName(scope().project, "production", "web");
const writes = () => bench.calls.filter(({ verb }) => verb === "apply" || verb === "destroy").length;

/** A process to which something happens right after it has claimed a workload. */
const afterClaim = (happens: () => Promise<void>) =>
  bench.process((store) => ({
    ...store,
    claimDue: async (now: number, leaseMs: number) => {
      const claim = await store.claimDue(now, leaseMs);
      if (claim !== undefined) await happens();
      return claim;
    },
  }));

describe("before a call", () => {
  test("that creates something, the word is written that something may have been created", async () => {
    await put();
    const seen: (StoredUnit | undefined)[] = [];
    bench.interference = {
      before: async ({ verb }) => {
        if (verb === "apply") seen.push((await units())[0]);
      },
    };
    await bench.run(2_000);
    expect(seen).toMatchObject([{ state: "wanted", setback: { kind: "unavailable", attempts: 0 } }]);
    expect((await units())[0]?.setback).toBeUndefined();
  });

  test("that removes something, its row is doomed, with the reason", async () => {
    await put(workerSpec());
    await bench.run(5_000);
    await put(workerSpec({ image: "localhost/web:2" }));
    const seen: unknown[] = [];
    bench.interference = {
      before: async ({ verb, unit }) => {
        if (verb !== "destroy") return;
        const stored = (await units()).find((other) => other.unit.id === unit);
        seen.push([stored?.state, stored?.doomedBecause]);
      },
    };
    await bench.run(10_000);
    expect(seen.length).toBeGreaterThan(0);
    expect(new Set(seen.map(String))).toEqual(new Set(["doomed,replaced"]));
  });

  test("the plan says that it has begun, and a route its new upstreams before anything else sees them", async () => {
    const { project, id } = await put();
    bench.interference = {
      before: async ({ verb }) => {
        if (verb === "apply") expect((await bench.file.store.plan(project, id))?.state).toBe("progressing");
      },
    };
    await bench.run(5_000);
    expect(await bench.file.store.plan(project, id)).toMatchObject({ state: "ready" });
  });
});

describe("a pass whose lease has ended", () => {
  test("writes nothing and calls nobody when another has taken over", async () => {
    await put();
    const late = afterClaim(async () => {
      bench.clock.now += LEASE_MS;
      await bench.main.pass();
    });
    expect(await late.tick()).toBe(true);
    const applies = bench.calls.filter(({ verb }) => verb === "apply");
    expect(applies).toHaveLength(1);
    expect((await units())[0]?.appliedAt).toBe(bench.clock.now);
  });

  test("calls nobody even when nobody has taken over, and gives the work back at once", async () => {
    await put();
    const late = afterClaim(async () => {
      bench.clock.now += LEASE_MS - 5_000;
    });
    await late.tick();
    expect(writes()).toBe(0);
    expect(await bench.file.store.nextDue()).toBe(bench.clock.now);
    await bench.main.pass();
    expect(writes()).toBe(1);
  });
});

describe("a pass that is overtaken by a commit", () => {
  test("does nothing of what it had decided, and the new plan does not wait for its lease", async () => {
    await put();
    const overtaken = afterClaim(async () => void (await put(webSpec({ image: "localhost/web:2" }))));
    expect(await overtaken.tick()).toBe(true);
    expect(writes()).toBe(0);
    await bench.main.pass();
    const applied = bench.calls.filter(({ verb }) => verb === "apply").map(({ unit }) => unit);
    const [plan] = await bench.file.store.plans(scope(), "web", 1);
    expect(applied).toEqual(plan?.units.map(({ id }) => id));
  });
});

describe("at rest", () => {
  test("nothing is written, at a provider or in a row, over many passes", async () => {
    await put();
    await bench.run(60_000, 1_000);
    const before = await bench.file.dump();
    const calls = writes();
    await bench.run(600_000, 5_000);
    expect(await bench.file.dump()).toBe(before);
    expect(writes()).toBe(calls);
    const looks = bench.calls.filter(({ verb }) => verb === "observe").length;
    expect(looks).toBeLessThan(70);
  });

  test("a failed first deploy rests, too, and leaves nothing in the cloud", async () => {
    const { project, id } = await put(webSpec({ image: "localhost/web:crash" }));
    await bench.run(60_000);
    expect(await bench.file.store.plan(project, id)).toMatchObject({
      state: "failed",
      logTail: [expect.any(String), expect.stringContaining("fatal")],
    });
    expect(await bench.made("cloud")).toEqual([]);
    const before = await bench.file.dump();
    await bench.run(120_000, 5_000);
    expect(await bench.file.dump()).toBe(before);
  });
});

describe("a route", () => {
  test("is a new version at each change, and none without one", async () => {
    await put();
    await bench.run(5_000);
    const first = await route();
    expect(first?.upstreams.map(({ weight }) => weight)).toEqual([100]);
    await bench.run(20_000);
    expect((await route())?.version).toBe(first?.version);
    await put(webSpec({ image: "localhost/web:2" }));
    await bench.run(60_000);
    // Traffic goes to the new one, then the old one is no longer listed.
    expect((await route())?.version).toBe((first?.version ?? 0) + 2);
    expect((await route())?.upstreams).toMatchObject([{ weight: 100 }]);
  });

  test("tells the gateways here of each change, and of the units that are about to go", async () => {
    const changed: string[] = [];
    const left: string[] = [];
    const ports = {
      ...bench.main.reconcile,
      routeChanged: () => void changed.push("route"),
      leaving: (unit: string) => void left.push(unit),
    };
    const passes = async (ms: number) => {
      for (let step = 0; step < ms; step += 500) {
        bench.clock.now += 500;
        await bench.main.sweep();
        while (await tick(ports, SIGNAL));
      }
    };
    const first = await put();
    await passes(5_000);
    expect(changed).toHaveLength(1);
    await destroy(bench.main.ports, bench.caller, "web", {});
    await passes(50_000);
    expect(left).toEqual(first.units.map(({ id }) => id));
    expect(changed.length).toBeGreaterThanOrEqual(2);
    expect(await route()).toBeUndefined();
  });

  test("carries what the spec says of it, and is taken away with the spec's own", async () => {
    await put(
      webSpec({ port: undefined, route: { port: 8080, timeoutSeconds: 7, hosts: ["shop.example"] } }),
    );
    await bench.run(5_000);
    expect(await route()).toMatchObject({
      timeoutSeconds: 7,
      hosts: ["shop.example"],
      projectName: "default",
    });
    await put(workerSpec());
    await bench.run(60_000);
    expect(await route()).toBeUndefined();
  });
});

describe("an agent", () => {
  test("is rung after the record, when the unit may be handed out", async () => {
    await joinHost(bench, "attic");
    await put(webSpec({ policy: { providers: ["agents"] } }));
    const rung: Promise<readonly StoredUnit[]>[] = [];
    await tick({ ...bench.main.reconcile, ring: () => void rung.push(units()) }, SIGNAL);
    expect((await Promise.all(rung)).map(([stored]) => stored?.appliedAt)).toEqual([bench.clock.now]);
  });
});

describe("a target that is dead", () => {
  test("keeps its doomed units doomed, is asked ever less often, and is cleared when it is back", async () => {
    await put(workerSpec());
    await bench.run(5_000);
    await destroy(bench.main.ports, bench.caller, "web", {});
    bench.interference = {
      before: () => {
        throw new AdapterError("unavailable", "the provider does not answer");
      },
    };
    await bench.run(600_000, 1_000);
    const tries = bench.calls.filter(({ verb }) => verb === "destroy").length;
    expect(tries).toBeGreaterThan(5);
    expect(tries).toBeLessThan(60);
    expect(await units()).toMatchObject([{ state: "doomed", setback: { kind: "unavailable" } }]);
    expect(await bench.made("cloud")).toHaveLength(1);
    bench.interference = {};
    await bench.run(90_000, 1_000);
    expect(await bench.made("cloud")).toEqual([]);
    expect(await bench.file.store.workload(scope(), "web")).toBeUndefined();
  });

  test("that answers a removal with going after it had failed is not asked without a pause", async () => {
    await bench.connect("cloud", sandboxTarget("ecs", { delaysMs: { destroy: 20_000 } }));
    await put(workerSpec());
    await bench.run(5_000);
    await destroy(bench.main.ports, bench.caller, "web", {});
    let failures = 1;
    bench.interference = {
      before: ({ verb }) => {
        if (verb === "destroy" && failures-- > 0) throw new AdapterError("unavailable", "no answer");
      },
    };
    await bench.run(30_000, 100);
    expect(bench.calls.filter(({ verb }) => verb === "destroy").length).toBeLessThan(25);
    expect(await bench.made("cloud")).toEqual([]);
  });
});

describe("what went wrong before", () => {
  test("is forgotten once the unit serves, so that it neither moves nor fails it later", async () => {
    await put();
    await bench.run(5_000);
    bench.interference = {
      before: ({ verb }) => {
        if (verb === "apply") throw new AdapterError("invalid", "replicas must be at most 4");
      },
    };
    const wider = await put(webSpec({ scale: { min: 5, max: 5 } }));
    await bench.run(5_000);
    expect(await bench.file.store.plan(wider.project, wider.id)).toMatchObject({
      state: "rolled-back",
      stateReason: "replicas must be at most 4",
    });
    expect((await units())[0]?.setback).toBeUndefined();
    bench.interference = {};
    const next = await put(webSpec({ scale: { min: 2, max: 2 } }));
    await bench.run(5_000);
    expect(await bench.file.store.plan(next.project, next.id)).toMatchObject({ state: "ready" });
  });
});

describe("when nothing is due", () => {
  test("a pass says so and reads nothing more", async () => {
    const asked: string[] = [];
    const store = bench.file.store;
    const noting: Store = new Proxy(store, {
      get: (target, name, receiver) => (
        asked.push(String(name)),
        Reflect.get(target, name, receiver) as unknown
      ),
    });
    expect(await tick({ ...bench.main.reconcile, store: noting }, SIGNAL)).toBe(false);
    expect(asked).toEqual(["claimDue"]);
  });
});
