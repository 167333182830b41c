import { describe, expect, test } from "vitest";
import type { Action } from "../../src/reconcile/action.ts";
import { decide } from "../../src/reconcile/decide.ts";
import { planOf, routeTo, servingUnit, TEMPLATE, TIMING, unitOf, worldOf } from "./fixtures.ts";

const NOW = 100_000;
const onHost = (id: string, host: string, unreachable: "replace" | "fence" = "replace") =>
  unitOf(id, {
    place: { provider: "agents", target: "pool", region: "pool", host },
    template: { ...TEMPLATE, unreachable },
  });
const verbs = (actions: readonly Action[]) => actions.map((action) => action.do);

describe("a silent host", () => {
  const lost = servingUnit(onHost("a", "h1"));
  const steady = planOf("plan_1", 1, [lost.unit], { state: "ready" });
  const world = (silentMs: number) =>
    worldOf(steady, [lost], { route: routeTo([lost]), silentMs: new Map([["a", silentMs]]) });

  test("loses its traffic after the silence the timing says, and not before", () => {
    expect(decide(world(TIMING.silentAfterMs - 1), NOW).actions).toEqual([]);
    const { actions, wakeAt } = decide(world(TIMING.silentAfterMs), NOW);
    expect(verbs(actions)).toEqual(["shift"]);
    expect(actions[0]).toMatchObject({ upstreams: [{ unit: "a", weight: 0, endpoints: [] }] });
    expect(wakeAt).toBe(NOW + TIMING.replaceAfterMs - TIMING.silentAfterMs);
  });

  test("has its units placed elsewhere after the longer silence, avoiding it", () => {
    const { actions } = decide(world(TIMING.replaceAfterMs), NOW);
    expect(actions).toMatchObject([
      { do: "replan", request: { trigger: "failover", avoidHosts: ["h1"], units: ["a"] } },
    ]);
  });

  test("is not asked about again before the pause is over when there was no other place", () => {
    const held = {
      ...lost,
      setback: { kind: "capacity" as const, message: "no other place", attempts: 1, notBefore: NOW + 10_000 },
    };
    const quiet = worldOf(steady, [held], {
      route: routeTo([held]),
      silentMs: new Map([["a", TIMING.replaceAfterMs]]),
    });
    expect(verbs(decide(quiet, NOW).actions)).toEqual(["shift"]);
  });
});

describe("a fenced workload", () => {
  const old = servingUnit(onHost("a", "h1", "fence"));
  const fresh = { unit: onHost("b", "h2", "fence"), state: "wanted" as const };
  const before = planOf("plan_1", 1, [old.unit], { state: "ready" });
  const failover = planOf("plan_2", 2, [fresh.unit], {
    parent: "plan_1",
    trigger: "failover",
    state: "pending",
  });
  const fenceMs = TIMING.leaseMs + TEMPLATE.stopGraceSeconds * 1_000 + TIMING.fenceMarginMs;
  const world = (silentMs: number) =>
    worldOf(failover, [old, fresh], { parent: before, silentMs: new Map([["a", silentMs]]) });

  test("is not started elsewhere until the lease, the stop grace and the margin are over", () => {
    const { actions, wakeAt } = decide(world(fenceMs - 1), NOW);
    expect(verbs(actions)).not.toContain("apply");
    expect(wakeAt).toBe(NOW + 1);
  });

  test("is started elsewhere once the first copy has surely stopped", () => {
    expect(verbs(decide(world(fenceMs), NOW).actions)).toContain("apply");
  });

  test("is not started elsewhere in the pass that gives the silent copy up: its host may be back by now", () => {
    const stopFirst = planOf("plan_2", 2, [fresh.unit], {
      parent: "plan_1",
      trigger: "failover",
      stops: { a: "stop-first" },
    });
    const silentMs = new Map([["a", fenceMs]]);
    const first = decide(worldOf(stopFirst, [old, fresh], { parent: before, silentMs }), NOW);
    expect(verbs(first.actions)).toEqual(["doom"]);
    expect(first.wakeAt).toBe(NOW);
    const doomed = { ...old, state: "doomed" as const, doomedAt: NOW };
    const next = (silence: number) =>
      decide(
        worldOf(stopFirst, [doomed, fresh], { parent: before, silentMs: new Map([["a", silence]]) }),
        NOW,
      );
    expect(verbs(next(fenceMs).actions)).toContain("apply");
    expect(verbs(next(0).actions)).not.toContain("apply");
  });

  test("is started at once where the silent one may be replaced", () => {
    const loose = servingUnit(onHost("a", "h1", "replace"));
    const next = { unit: onHost("b", "h2", "replace"), state: "wanted" as const };
    const plan = planOf("plan_2", 2, [next.unit], {
      parent: "plan_1",
      trigger: "failover",
      state: "pending",
    });
    const { actions } = decide(
      worldOf(plan, [loose, next], { parent: before, silentMs: new Map([["a", 10_000]]) }),
      NOW,
    );
    expect(verbs(actions)).toContain("apply");
  });
});

describe("a failover that fails in its turn", () => {
  const old = servingUnit(onHost("a", "h1"));
  const failed = {
    ...servingUnit(onHost("b", "h2")),
    probe: undefined,
    observation: {
      unit: "b",
      phase: "failed" as const,
      ready: 0,
      replicas: 1,
      endpoints: [],
      restarts: 4,
      reason: "exited with code 1",
      lastLines: ["boom"],
      at: 0,
    },
  };
  const before = planOf("plan_1", 1, [old.unit], { state: "ready" });
  const plan = planOf("plan_2", 2, [failed.unit], {
    parent: "plan_1",
    trigger: "failover",
    state: "progressing",
  });

  test("goes back to the old unit when its host has come back", () => {
    const { actions } = decide(
      worldOf(plan, [old, failed], { parent: before, silentMs: new Map([["a", 0]]) }),
      NOW,
    );
    expect(actions).toMatchObject([
      { do: "finish", end: { state: "rolled-back", restore: "plan_1", logTail: ["boom"] } },
    ]);
  });

  test("looks for yet another place while it has not", () => {
    const { actions } = decide(
      worldOf(plan, [old, failed], { parent: before, silentMs: new Map([["a", 60_000]]) }),
      NOW,
    );
    expect(actions).toMatchObject([{ do: "replan", request: { trigger: "failover" } }]);
  });
});
