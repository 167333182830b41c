import { describe, expect, test } from "vitest";
import type { Action } from "../../src/reconcile/action.ts";
import { MAX_BUG_ATTEMPTS } from "../../src/reconcile/advance.ts";
import { decide } from "../../src/reconcile/decide.ts";
import { shares } from "../../src/reconcile/traffic.ts";
import type { Trouble } from "../../src/domain/fault.ts";
import {
  planOf,
  readyObservation,
  routeTo,
  servingUnit,
  TEMPLATE,
  TIMING,
  unitOf,
  worldOf,
} from "./fixtures.ts";

const NOW = 100_000;
const verbs = (actions: readonly Action[]) => actions.map((action) => action.do);
const setback = (kind: Trouble, over: { attempts?: number; notBefore?: number } = {}) => ({
  kind,
  message: `${kind} happened`,
  attempts: over.attempts ?? 1,
  notBefore: over.notBefore,
});

describe("a serving workload", () => {
  const unit = servingUnit(unitOf("a"));
  const plan = planOf("plan_1", 1, [unit.unit], { state: "ready" });

  test("is left alone", () => {
    expect(decide(worldOf(plan, [unit], { route: routeTo([unit]) }), NOW)).toMatchObject({ actions: [] });
  });

  test("is applied again when a complete look no longer finds it, and when it has stopped", () => {
    const { observation, ...vanished } = unit;
    expect(verbs(decide(worldOf(plan, [vanished]), NOW).actions)).toEqual(["apply"]);
    if (observation === undefined) throw new Error("the fixture serves");
    const stopped = {
      ...unit,
      observation: { ...observation, phase: "stopped" as const, ready: 0, endpoints: [] },
    };
    expect(verbs(decide(worldOf(plan, [stopped]), NOW).actions)).toContain("apply");
  });

  test("changes its replicas in place", () => {
    const wider = planOf("plan_2", 2, [{ ...unit.unit, replicas: { min: 3, max: 3 } }], { parent: "plan_1" });
    const { actions } = decide(worldOf(wider, [unit], { parent: plan, route: routeTo([unit]) }), NOW);
    expect(actions).toMatchObject([{ do: "scale", unit: { id: "a", replicas: { min: 3, max: 3 } } }]);
  });

  test("follows an endpoint that has changed", () => {
    const moved = {
      ...unit,
      observation: {
        ...readyObservation(unit.unit, 0),
        endpoints: [
          {
            replica: 0,
            url: "http://127.0.0.1:9",
            transport: "plain" as const,
            bypassable: false,
            ready: true,
          },
        ],
      },
    };
    const { actions } = decide(worldOf(plan, [moved], { route: routeTo([unit]) }), NOW);
    expect(actions).toMatchObject([
      { do: "shift", because: "endpoints have changed", upstreams: [{ weight: 100 }] },
    ]);
  });
});

describe("a rollout", () => {
  const old = servingUnit(unitOf("a"));
  const before = planOf("plan_1", 1, [old.unit], { state: "ready" });
  const fresh = { unit: unitOf("b", { birth: 2 }), state: "wanted" as const };
  const plan = planOf("plan_2", 2, [fresh.unit], { parent: "plan_1" });
  const route = routeTo([old]);
  const world = (unit: Parameters<typeof worldOf>[1][number], over = {}) =>
    worldOf(plan, [old, unit], { parent: before, route, ...over });

  test.each(["invalid", "denied"] as const)(
    "ends at once when the place says %s, and the old goes on",
    (kind) => {
      const { actions } = decide(world({ ...fresh, setback: setback(kind) }), NOW);
      expect(actions).toMatchObject([
        { do: "finish", because: `${kind} happened`, end: { state: "rolled-back", restore: "plan_1" } },
      ]);
    },
  );

  test("bears an error nobody classified a few times, then ends", () => {
    const once = {
      ...fresh,
      setback: setback("bug", { attempts: MAX_BUG_ATTEMPTS - 1, notBefore: NOW + 1_000 }),
    };
    expect(decide(world(once), NOW)).toMatchObject({ actions: [], wakeAt: NOW + 1_000 });
    const often = {
      ...fresh,
      setback: setback("bug", { attempts: MAX_BUG_ATTEMPTS, notBefore: NOW + 1_000 }),
    };
    expect(verbs(decide(world(often), NOW).actions)).toEqual(["finish"]);
  });

  test.each(["quota", "capacity"] as const)("asks for another plan when the place has no %s left", (kind) => {
    const { actions } = decide(world({ ...fresh, setback: setback(kind, { notBefore: NOW }) }), NOW);
    expect(actions).toMatchObject([
      { do: "replan", request: { trigger: "deploy", avoidOffers: ["offer-b"] } },
    ]);
  });

  test("does not shift traffic to a unit that does not answer over the path traffic takes", () => {
    const silent = {
      ...servingUnit(fresh.unit),
      probe: { ok: false, at: NOW - 100, reason: "GET / answers 503" },
    };
    const { actions, wakeAt, waits } = decide(world(silent), NOW);
    expect(actions).toEqual([]);
    expect(wakeAt).toBe(NOW - 100 + TIMING.probeEveryMs);
    expect(waits).toContain("GET / answers 503");
  });

  test("shifts all traffic at once when every new unit serves, and keeps the old listed at weight 0", () => {
    const { actions } = decide(world(servingUnit(fresh.unit)), NOW);
    expect(actions).toMatchObject([
      {
        do: "shift",
        upstreams: [
          { unit: "a", weight: 0, since: NOW },
          { unit: "b", weight: 100 },
        ],
      },
    ]);
  });

  describe("after the shift", () => {
    const shifted = {
      ...route,
      upstreams: [
        { unit: "a", weight: 0, endpoints: [], since: NOW },
        {
          unit: "b",
          weight: 100,
          endpoints: servingUnit(fresh.unit).observation?.endpoints ?? [],
          since: NOW,
        },
      ],
    };
    const after = (now: number, inflight: ReadonlyMap<string, number>) =>
      decide(world(servingUnit(fresh.unit), { route: shifted, inflight }), now);

    test("an unknown count is not zero: the old quiesces by time", () => {
      expect(after(NOW + TIMING.routeAgeMs + TIMING.quiesceMs - 1, new Map()).actions).toEqual([]);
      expect(verbs(after(NOW + TIMING.routeAgeMs + TIMING.quiesceMs, new Map()).actions)).toEqual(["doom"]);
    });

    test("a count of zero ends the quiesce early, but not before every gateway has seen the shift", () => {
      expect(after(NOW + TIMING.routeAgeMs - 1, new Map([["a", 0]])).actions).toEqual([]);
      expect(verbs(after(NOW + TIMING.routeAgeMs, new Map([["a", 0]])).actions)).toEqual(["doom"]);
      expect(after(NOW + TIMING.routeAgeMs, new Map([["a", 1]])).actions).toEqual([]);
    });

    test("a new unit that fails then is rolled back, and traffic returns to the old", () => {
      const failed = {
        ...servingUnit(fresh.unit),
        observation: {
          ...readyObservation(fresh.unit, 0, 0),
          phase: "failed" as const,
          reason: "exited with code 1",
        },
      };
      const { actions } = decide(world(failed, { route: shifted }), NOW + 1_000);
      expect(actions).toMatchObject([{ do: "finish", end: { state: "rolled-back", restore: "plan_1" } }]);
      const back = worldOf(before, [old, failed], { route: shifted });
      expect(decide(back, NOW + 1_001).actions).toMatchObject([
        {
          do: "shift",
          upstreams: [
            { unit: "a", weight: 100 },
            { unit: "b", weight: 0 },
          ],
        },
      ]);
    });
  });

  test("says at its deadline what it was waiting for", () => {
    const starting = {
      ...fresh,
      appliedAt: 1,
      appliedReplicas: fresh.unit.replicas,
      observation: {
        ...readyObservation(fresh.unit, 0, 0),
        reason: "the image is being pulled",
        lastLines: ["pulling"],
      },
    };
    const { actions } = decide(world(starting), plan.deadlineAt);
    expect(actions).toMatchObject([
      { because: "not ready within 900 s: the image is being pulled", end: { logTail: ["pulling"] } },
    ]);
  });

  test("whose parent's units were stopped first comes back by a new plan of the parent's revision", () => {
    const spent = { ...old, state: "doomed" as const, doomedAt: NOW };
    const failed = {
      ...fresh,
      appliedAt: 1,
      appliedReplicas: fresh.unit.replicas,
      observation: { ...readyObservation(fresh.unit, 0, 0), phase: "failed" as const },
    };
    const units = [spent, failed];
    expect(decide(worldOf(plan, units, { parent: before }), NOW).actions).toMatchObject([
      { do: "finish", end: { state: "rolled-back" } },
    ]);
    const ended = { ...plan, state: "rolled-back" as const };
    const { actions } = decide(worldOf(ended, units, { parent: before }), NOW);
    expect(actions).toMatchObject([{ do: "replan", request: { trigger: "rollback", revision: "r1" } }]);
    expect(verbs(decide(worldOf(ended, units), NOW).actions)).not.toContain("replan");
  });
});

describe("a singleton", () => {
  test("is never started while the one before it has not gone", () => {
    const template = { ...TEMPLATE, singleton: true };
    const old = servingUnit(unitOf("a", { template }));
    const fresh = { unit: unitOf("b", { template }), state: "wanted" as const };
    const plan = planOf("plan_2", 2, [fresh.unit], { stops: { a: "stop-first" } });
    const doomed = { ...old, state: "doomed" as const, doomedAt: NOW };
    expect(verbs(decide(worldOf(plan, [old, fresh], { route: routeTo([old]) }), NOW).actions)).toEqual([
      "shift",
    ]);
    expect(verbs(decide(worldOf(plan, [doomed, fresh]), NOW).actions)).toEqual(["destroy"]);
    expect(verbs(decide(worldOf(plan, [fresh]), NOW).actions)).toEqual(["apply"]);
  });
});

describe("a removal that takes long", () => {
  test("is asked for ever less often, but at least every half minute", () => {
    const plan = planOf("plan_1", 1, [], { state: "ready" });
    const doomed = (age: number) =>
      worldOf(plan, [{ ...servingUnit(unitOf("a")), state: "doomed" as const, doomedAt: NOW - age }]);
    expect(decide(doomed(0), NOW).wakeAt).toBe(NOW + 500);
    expect(decide(doomed(40_000), NOW).wakeAt).toBe(NOW + 10_000);
    expect(decide(doomed(86_400_000), NOW).wakeAt).toBe(NOW + 30_000);
  });

  test("waits out a setback", () => {
    const plan = planOf("plan_1", 1, [], { state: "ready" });
    const unit = {
      ...servingUnit(unitOf("a")),
      state: "doomed" as const,
      doomedAt: NOW,
      setback: setback("throttled", { notBefore: NOW + 7_000 }),
    };
    expect(decide(worldOf(plan, [unit]), NOW)).toMatchObject({ actions: [], wakeAt: NOW + 7_000 });
  });
});

describe("shares", () => {
  test("are whole, add up to 100, and follow the counts", () => {
    expect(shares([1, 1, 1])).toEqual([34, 33, 33]);
    expect(shares([2, 1])).toEqual([67, 33]);
    expect(shares([0, 0])).toEqual([0, 0]);
    expect(shares([])).toEqual([]);
  });
});
