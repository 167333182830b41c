import { describe, expect, test } from "vitest";
import type { Trouble } from "../../src/domain/fault.ts";
import type { Unit } from "../../src/domain/plan.ts";
import type { Action } from "../../src/reconcile/action.ts";
import { decide } from "../../src/reconcile/decide.ts";
import type { StoredUnit } from "../../src/store/store.ts";
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

const NOW = 1_000_000;
const DEADLINE = NOW + 500_000;
const WORKER = { ...TEMPLATE, kind: "worker" as const, route: undefined };
const verbs = (actions: readonly Action[]) => actions.map((action) => action.do);
const setback = (kind: Trouble, notBefore?: number) => ({
  kind,
  message: `${kind}!`,
  attempts: 1,
  notBefore,
});
const appliedAt = (stored: StoredUnit, at: number): StoredUnit => ({ ...stored, appliedAt: at });
const failedUnit = (unit: Unit): StoredUnit => ({
  ...servingUnit(unit),
  probe: undefined,
  observation: { ...readyObservation(unit, 0, 0), phase: "failed", reason: "exited with code 1" },
});

describe("a unit that is not there any more", () => {
  const unit = servingUnit(unitOf("a"));
  const plan = planOf("plan_1", 1, [unit.unit], { state: "ready" });

  test("is started again, and not once more before it has had the time to show", () => {
    const { observation: _gone, ...vanished } = unit;
    const justNow = decide(worldOf(plan, [appliedAt(vanished, NOW - 4_999)]), NOW);
    expect(justNow).toMatchObject({ actions: [], wakeAt: NOW + 1, waits: ["it is no longer there"] });
    const { actions } = decide(worldOf(plan, [appliedAt(vanished, NOW - 5_000)]), NOW);
    expect(actions).toMatchObject([{ do: "apply", because: "it is no longer there" }]);
  });
});

describe("a place that holds another number of replicas than it was told", () => {
  const unit = servingUnit(unitOf("a"));
  const plan = planOf("plan_1", 1, [unit.unit], { state: "ready" });
  const holding = (replicas: number, at: number): StoredUnit => ({
    ...appliedAt(unit, at),
    observation: { ...readyObservation(unit.unit, 0), replicas },
  });

  test("is told again, seldom", () => {
    const route = routeTo([unit]);
    const { actions } = decide(worldOf(plan, [holding(2, NOW - 60_000)], { route }), NOW);
    expect(actions).toMatchObject([{ do: "scale", because: "it has 2 replicas instead of 1 to 1" }]);
    const soon = decide(worldOf(plan, [holding(2, NOW - 59_999)], { route }), NOW);
    expect(soon).toMatchObject({ actions: [], wakeAt: NOW + 1 });
  });

  test("within what the plan leaves open is left alone", () => {
    const wide = { ...unit.unit, replicas: { min: 1, max: 3 } };
    const stored = { ...holding(3, 0), unit: wide, appliedReplicas: wide.replicas };
    const steady = planOf("plan_1", 1, [wide], { state: "ready" });
    expect(decide(worldOf(steady, [stored], { route: routeTo([unit]) }), NOW).actions).toEqual([]);
  });
});

describe("a setback that is over", () => {
  const unit = { ...servingUnit(unitOf("a")), setback: setback("capacity", NOW - 1) };

  test("neither moves a unit that serves, nor ends a rollout it belongs to", () => {
    for (const kind of ["capacity", "invalid", "denied"] as const) {
      const stored = { ...unit, setback: setback(kind) };
      const ready = planOf("plan_1", 1, [unit.unit], { state: "ready" });
      expect(decide(worldOf(ready, [stored], { route: routeTo([unit]) }), NOW).actions).toEqual([]);
      const rolling = planOf("plan_1", 1, [unit.unit], { deadlineAt: DEADLINE });
      const { actions } = decide(worldOf(rolling, [stored], { route: routeTo([unit]) }), NOW);
      expect(actions).toMatchObject([{ do: "finish", end: { state: "ready" } }]);
    }
  });

  test("of a unit that has no room any more where it ran moves it as a failover", () => {
    const lost = { ...unit, observation: undefined, probe: undefined };
    const ready = planOf("plan_1", 1, [unit.unit], { state: "ready" });
    const { actions } = decide(worldOf(ready, [lost]), NOW);
    expect(actions).toMatchObject([
      { do: "replan", because: "capacity!", request: { trigger: "failover", avoidOffers: ["offer-a"] } },
    ]);
  });

  test("of permissions, outside a rollout, ends nothing and is waited out", () => {
    const parked = { ...unit, observation: undefined, setback: setback("denied", NOW + 5) };
    const ready = planOf("plan_1", 1, [unit.unit], { state: "ready" });
    expect(decide(worldOf(ready, [parked]), NOW)).toMatchObject({ actions: [], wakeAt: NOW + 5 });
  });

  test("at the deadline is not followed by yet another plan", () => {
    const { observation: _none, probe: _never, appliedAt: _not, ...refused } = unit;
    const rolling = planOf("plan_1", 1, [unit.unit], { deadlineAt: NOW });
    const { actions } = decide(worldOf(rolling, [refused]), NOW);
    expect(actions).toMatchObject([{ do: "finish", end: { state: "failed" } }]);
  });
});

describe("a try that fails at once", () => {
  const before = planOf("plan_1", 1, [unitOf("a")], { state: "ready" });
  const failed = failedUnit(unitOf("b"));

  test("of a failover is followed by the next only after a pause", () => {
    const made = (createdAt: number) =>
      worldOf(
        planOf("plan_2", 2, [failed.unit], {
          parent: "plan_1",
          trigger: "failover",
          createdAt,
          deadlineAt: DEADLINE,
        }),
        [failed],
        { parent: before },
      );
    const soon = decide(made(NOW - 1_000), NOW);
    expect(verbs(soon.actions)).toEqual([]);
    expect(soon.wakeAt).toBe(NOW - 1_000 + TIMING.replanEveryMs);
    const { actions } = decide(made(NOW - TIMING.replanEveryMs), NOW);
    expect(actions).toMatchObject([{ do: "replan", request: { trigger: "failover" } }]);
  });

  test("of a way back, too", () => {
    const back = (createdAt: number) =>
      worldOf(
        planOf("plan_3", 3, [failed.unit], {
          parent: "plan_1",
          trigger: "rollback",
          state: "rolled-back",
          createdAt,
        }),
        [failed],
        { parent: before },
      );
    expect(decide(back(NOW - 1_000), NOW)).toMatchObject({ wakeAt: NOW - 1_000 + TIMING.replanEveryMs });
    const { actions } = decide(back(NOW - TIMING.replanEveryMs), NOW);
    expect(actions).toMatchObject([{ do: "replan", request: { trigger: "rollback", revision: "r1" } }]);
  });

  test("of a revision that never served ends, or goes back to the one that did", () => {
    const failover = { trigger: "failover" as const, deadlineAt: DEADLINE, revision: "r2" };
    const first = planOf("plan_2", 2, [failed.unit], failover);
    expect(decide(worldOf(first, [failed]), NOW).actions).toMatchObject([
      { do: "finish", end: { state: "failed" } },
    ]);
    const second = planOf("plan_2", 2, [failed.unit], { ...failover, parent: "plan_1" });
    expect(decide(worldOf(second, [failed], { parent: before }), NOW).actions).toMatchObject([
      { do: "finish", end: { state: "rolled-back" } },
    ]);
  });
});

describe("a plan that failed with nothing to go back to", () => {
  const old = servingUnit(unitOf("a"));
  const own = servingUnit(unitOf("b"));
  const plan = planOf("plan_2", 2, [own.unit], { state: "failed" });

  test("takes its own units away, and leaves what served before it where it is, with its traffic", () => {
    const { actions } = decide(worldOf(plan, [old, own], { route: routeTo([old, own]) }), NOW);
    expect(actions).toMatchObject([
      {
        do: "shift",
        upstreams: [
          { unit: "a", weight: 100 },
          { unit: "b", weight: 0 },
        ],
      },
    ]);
    const { actions: later } = decide(worldOf(plan, [old, own], { route: routeTo([old]) }), NOW);
    expect(later).toMatchObject([{ do: "doom", unit: { unit: { id: "b" } } }]);
  });
});

describe("a unit that the plan no longer wants, on a silent host", () => {
  const place = { provider: "agents", target: "pool", region: "pool", host: "h1" } as const;
  const rolling = (unit: Unit) =>
    planOf("plan_2", 2, [unitOf("b", { template: unit.template })], { deadlineAt: DEADLINE });
  const doomed = (old: StoredUnit) =>
    decide(
      worldOf(
        rolling(old.unit),
        [old, { unit: unitOf("b", { template: old.unit.template }), state: "wanted" }],
        {
          silentMs: new Map([["a", 60_000]]),
        },
      ),
      NOW,
    ).actions.filter((action) => action.do === "doom");

  test("may come back and serve, so it is kept until its replacement does", () => {
    expect(doomed(servingUnit(unitOf("a", { place })))).toEqual([]);
    expect(doomed(servingUnit(unitOf("a", { place, template: WORKER })))).toEqual([]);
  });

  test("holds nothing when it never served", () => {
    const routed = { ...servingUnit(unitOf("a", { place })), probe: undefined };
    expect(doomed(routed)).toHaveLength(1);
    const unit = unitOf("a", { place, template: WORKER });
    expect(doomed({ ...servingUnit(unit), observation: readyObservation(unit, 0, 0) })).toHaveLength(1);
    expect(doomed({ ...servingUnit(unit), observation: undefined })).toHaveLength(1);
  });
});

describe("a unit of the plan that is spent", () => {
  test("is not started again: the rollout waits for its end", () => {
    const spent = { ...servingUnit(unitOf("a")), state: "doomed" as const, doomedAt: NOW };
    const plan = planOf("plan_1", 1, [spent.unit], { deadlineAt: DEADLINE });
    expect(verbs(decide(worldOf(plan, [spent]), NOW).actions)).toEqual(["destroy"]);
    expect(decide(worldOf(plan, []), NOW)).toMatchObject({ actions: [], wakeAt: DEADLINE });
  });
});
