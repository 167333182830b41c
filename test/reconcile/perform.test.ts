import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Adapter } from "../../src/adapters/adapter.ts";
import { AdapterError } from "../../src/domain/fault.ts";
import type { Unit } from "../../src/domain/plan.ts";
import { LATE_CALL_MS, perform } from "../../src/reconcile/perform.ts";
import type { ReconcilePorts } from "../../src/reconcile/ports.ts";
import type { Target } from "../../src/store/instance.ts";
import type { Claim, Setback, StoredUnit } from "../../src/store/store.ts";
import { openBench, type Bench } from "../broker/ports.ts";
import { sandboxTarget } from "../broker/specs.ts";
import { planOf, readyObservation, servingUnit, TEMPLATE, unitOf } from "./fixtures.ts";

const SIGNAL = new AbortController().signal;
const REF = {
  name: "bx",
  project: "p",
  environment: "production",
  workload: "web",
  region: "eu-west-1",
  host: undefined,
};

let bench: Bench;
let target: Target;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("t", sandboxTarget("ecs"));
  const stored = await bench.file.store.target(bench.caller.project.id, "t");
  if (stored === undefined) throw new Error("it was connected");
  target = stored;
});
afterEach(async () => {
  await bench.close();
});

const unit = unitOf("x");
const claimOf = (stored: Partial<StoredUnit>): Claim => {
  const standing = { unit, state: "wanted" as const, targetId: target.id, ...stored };
  const plan = planOf("plan_1", 1, [unit]);
  const workload = { project: "p", environment: "production", name: "web", id: "wl", document: {} };
  return {
    scope: { project: "p", environment: "production" },
    workload: { ...workload, ...row, plan: plan.id, revision: plan.revision },
    plan,
    units: [standing],
    fence: 1,
    leaseUntil: 0,
  };
};
const row = { labels: {}, generation: 1, state: "pending", createdAt: 0, updatedAt: 0 } as const;
/** The bench's ports, with one verb of every adapter replaced. */
const portsWith = (verbs: Partial<Adapter>, over: Partial<ReconcilePorts> = {}): ReconcilePorts => {
  const { reconcile } = bench.main;
  return { ...reconcile, ...over, open: (of) => ({ ...reconcile.open(of), ...verbs }) };
};
const doomed = (setback?: Setback): StoredUnit => ({
  ...servingUnit(unit),
  state: "doomed",
  doomedAt: bench.clock.now,
  targetId: target.id,
  setback,
});
const destroy = (stored: StoredUnit, verbs: Partial<Adapter> = {}) =>
  perform(portsWith(verbs), claimOf(stored), { do: "destroy", unit: stored, because: "replaced" }, SIGNAL);
const apply = (verbs: Partial<Adapter>, of: Unit = unit) =>
  perform(portsWith(verbs), claimOf({}), { do: "apply", unit: of, because: "planned" }, SIGNAL);

describe("an apply", () => {
  test("that works is recorded with its time, its replicas and what the place said, and clears what went wrong", async () => {
    const observation = readyObservation(unit, 5);
    const outcome = await apply({ apply: async () => observation });
    expect(outcome).toEqual({
      units: [{ id: "x", appliedAt: bench.clock.now, appliedReplicas: { min: 1, max: 1 }, setback: null }],
      observations: [observation],
    });
  });

  test("that fails is a setback of its kind and an event with its sentence, and never throws", async () => {
    const outcome = await apply({
      apply: async () => {
        throw new AdapterError("quota", "no more here");
      },
    });
    const setback = { kind: "quota", message: "no more here", attempts: 1, notBefore: bench.clock.now };
    expect(outcome).toMatchObject({
      units: [{ id: "x", setback }],
      events: [{ type: "unit.setback", message: "no more here", data: { kind: "quota", attempts: 1 } }],
    });
    expect(bench.logged.join()).toContain("no more here");
  });

  test("goes to the target of the unit's row, though another has its name by now", async () => {
    const opened: string[] = [];
    const moved = { ...unit, place: { ...unit.place, target: "other-name" } };
    const ports = portsWith({ apply: async () => readyObservation(unit, 0) });
    const noting = { ...ports, open: (of: Target) => (opened.push(of.id), ports.open(of)) };
    await perform(noting, claimOf({}), { do: "apply", unit: moved, because: "planned" }, SIGNAL);
    expect(opened).toEqual([target.id]);
  });

  test("at a target that is no longer connected is a setback that says so", async () => {
    await bench.file.store.deleteTarget(bench.caller.project.id, "t");
    const outcome = await apply({});
    expect(outcome.units?.[0]?.setback).toMatchObject({
      kind: "bug",
      message: "target t is no longer connected",
    });
  });

  test("asks for a look at the target soon", async () => {
    const touched: string[] = [];
    const ports = portsWith(
      { apply: async () => readyObservation(unit, 0) },
      { touched: (id) => void touched.push(id) },
    );
    await perform(ports, claimOf({}), { do: "apply", unit, because: "planned" }, SIGNAL);
    expect(touched).toEqual([target.id]);
  });
});

describe("a destroy", () => {
  test("is over when the place says gone, and is asked again when it says going", async () => {
    expect(await destroy(doomed(), { destroy: async () => "gone" })).toEqual({
      units: [{ id: "x", state: "gone", setback: null }],
    });
    expect(await destroy(doomed(), { destroy: async () => "going" })).toEqual({});
  });

  test("asks the place also for a unit that was never sent from here", async () => {
    const asked: string[] = [];
    const never = { ...doomed(), appliedAt: undefined };
    await destroy(never, {
      destroy: async ({ id }) => {
        asked.push(id);
        return "gone";
      },
    });
    expect(asked).toEqual(["x"]);
  });

  test.each(["unavailable", "conflict", "bug"] as const)(
    "does not believe in an absence while a call that ended with %s may still take effect",
    async (kind) => {
      const stored = doomed({ kind, message: "no answer", attempts: 1, notBefore: 0 });
      const gone = { destroy: async () => "gone" as const };
      bench.clock.now += LATE_CALL_MS - 1;
      expect(await destroy(stored, gone)).toEqual({});
      bench.clock.now += 1;
      expect(await destroy(stored, gone)).toMatchObject({ units: [{ state: "gone" }] });
    },
  );

  test("believes it at once after a plain refusal", async () => {
    const stored = doomed({ kind: "quota", message: "full", attempts: 1, notBefore: 0 });
    expect(await destroy(stored, { destroy: async () => "gone" })).toMatchObject({
      units: [{ state: "gone" }],
    });
  });

  test("that fails leaves the unit doomed, with a time to try again", async () => {
    const failing = async () => await Promise.reject(new AdapterError("unavailable", "no answer"));
    const outcome = await destroy(doomed(), { destroy: failing });
    expect(outcome.units).toMatchObject([{ id: "x", setback: { kind: "unavailable", attempts: 1 } }]);
    expect(outcome.units?.[0]?.state).toBeUndefined();
  });

  test("names the unit as it can be found without its plan", async () => {
    const refs: unknown[] = [];
    await destroy(doomed(), {
      destroy: async (ref) => {
        refs.push(ref);
        return "gone";
      },
    });
    expect(refs).toEqual([{ ...REF, id: "x" }]);
  });
});

describe("a probe", () => {
  const probe = (stored: StoredUnit, answers: (url: string) => string | undefined) =>
    perform(
      portsWith({}, { probe: async ({ url }) => answers(url) }),
      claimOf(stored),
      { do: "probe", unit: stored, because: "ready by its own account" },
      SIGNAL,
    );

  test("is good when every ready endpoint answers", async () => {
    const outcome = await probe(servingUnit({ ...unit, replicas: { min: 2, max: 2 } }), () => undefined);
    expect(outcome).toEqual({
      units: [{ id: "x", probe: { ok: true, at: bench.clock.now, reason: undefined } }],
    });
  });

  test("is bad with the first sentence when one does not", async () => {
    const two = servingUnit({ ...unit, replicas: { min: 2, max: 2 } });
    const outcome = await probe(two, (url) => (url.includes(":8001") ? "GET / answers 503" : undefined));
    expect(outcome.units?.[0]?.probe).toEqual({
      ok: false,
      at: bench.clock.now,
      reason: "GET / answers 503",
    });
  });

  test.each([
    ["ecs", "/healthz", "/healthz"],
    ["cloud-run", "/health", "/health"],
    ["cloud-run", "/healthz?full=1", undefined],
    ["cloud-run", "/_ah/warmup", undefined],
  ] as const)(
    "at %s of %s asks for %s: what the place answers itself is no answer",
    async (provider, path, asked) => {
      const health = { ...TEMPLATE.health, path };
      const there = { place: { ...unit.place, provider }, template: { ...TEMPLATE, health } };
      const paths: (string | undefined)[] = [];
      const stored = servingUnit(unitOf("x", there));
      await perform(
        portsWith({}, { probe: async (_endpoint, ask) => void paths.push(ask.path) }),
        claimOf(stored),
        { do: "probe", unit: stored, because: "ready by its own account" },
        SIGNAL,
      );
      expect(paths).toEqual([asked]);
    },
  );

  test("without a ready endpoint is bad, and without a route there is nothing to ask", async () => {
    const none = { ...servingUnit(unit), observation: readyObservation(unit, 0, 0) };
    expect((await probe(none, () => undefined)).units?.[0]?.probe).toMatchObject({ ok: false });
    const worker = servingUnit(unitOf("x", { template: { ...TEMPLATE, route: undefined } }));
    expect((await probe(worker, () => "never asked")).units?.[0]?.probe).toMatchObject({ ok: true });
  });
});

describe("what only changes rows", () => {
  test("calls nobody", async () => {
    const finish = { do: "finish", because: "done", end: { state: "ready", logTail: [] } } as const;
    expect(await perform(bench.main.reconcile, claimOf({}), finish, SIGNAL)).toEqual({});
    expect(bench.calls).toEqual([]);
  });
});
