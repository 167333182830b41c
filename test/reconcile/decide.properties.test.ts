import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Plan, Unit } from "../../src/domain/plan.ts";
import { decide } from "../../src/reconcile/decide.ts";
import { serves, servesFully } from "../../src/reconcile/traffic.ts";
import type { World } from "../../src/reconcile/world.ts";
import { planOf, routeTo, servingUnit, TEMPLATE, unitOf } from "./fixtures.ts";
import { Simulation, WILLING, type Fate } from "./sim.ts";

const MAX_PASSES = 60;
const ids = fc.uniqueArray(fc.constantFrom<string[]>("a", "b", "c", "d", "e"), {
  minLength: 1,
  maxLength: 3,
});
const fate: fc.Arbitrary<Fate> = fc.record({
  apply: fc.constantFrom("works", "works", "works", "refused", "unavailable"),
  start: fc.constantFrom("ready", "ready", "fails", "never"),
  probe: fc.constantFrom("answers", "answers", "silent"),
  destroy: fc.constantFrom("gone", "gone", "going"),
});
interface Change {
  readonly before: readonly string[] | undefined;
  readonly after: readonly string[];
  readonly routed: boolean;
  readonly stopFirst: boolean;
  readonly replicas: number;
}
const change: fc.Arbitrary<Change> = fc.record({
  before: fc.option(ids, { nil: undefined }),
  after: fc.oneof({ weight: 6, arbitrary: ids }, { weight: 1, arbitrary: fc.constant<string[]>([]) }),
  routed: fc.boolean(),
  stopFirst: fc.boolean(),
  replicas: fc.integer({ min: 1, max: 3 }),
});

/** A workload whose first plan (if any) serves, and whose second has just been committed. */
function start(input: Change, fates: (unit: string) => Fate): Simulation {
  const template = input.routed ? TEMPLATE : { ...TEMPLATE, kind: "worker" as const, route: undefined };
  const make = (id: string, birth: number): Unit =>
    unitOf(id, { birth, template, replicas: { min: input.replicas, max: input.replicas } });
  const old = input.before?.map((id) => make(id, 1)) ?? [];
  const shape: Partial<Plan> = input.routed ? {} : { route: undefined };
  const first = planOf("plan_1", 1, old, { ...shape, state: "ready" });
  const kept = new Set(old.map((unit) => unit.id));
  const units = input.after.map((id) => make(id, kept.has(id) ? 1 : 2));
  const leaving = old.filter((unit) => !input.after.includes(unit.id));
  const stops = input.after.length === 0 ? "removed" : input.stopFirst ? "stop-first" : undefined;
  const second = planOf("plan_2", 2, units, {
    ...shape,
    ...(input.before === undefined ? {} : { parent: "plan_1" }),
    trigger: input.after.length === 0 ? "destroy" : "deploy",
    stops: stops === undefined ? {} : Object.fromEntries(leaving.map((unit) => [unit.id, stops])),
  });
  const standing = old.map((unit) => servingUnit(unit));
  const fresh = units
    .filter((unit) => !kept.has(unit.id))
    .map((unit) => ({ unit, state: "wanted" as const }));
  return new Simulation({
    plans: [first, second],
    inForce: "plan_2",
    units: [...standing, ...fresh],
    route: input.routed && standing.length > 0 ? routeTo(standing) : undefined,
    fates: (unit) =>
      kept.has(unit) ? { ...fates(unit), apply: "works", start: "ready", probe: "answers" } : fates(unit),
  });
}

const worlds = fc.tuple(change, fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e"), fate));

describe("decide", () => {
  test("a willing world converges, within 3 passes after the last timer, and then rests", () => {
    fc.assert(
      fc.property(change, (input) => {
        const sim = start(input, () => WILLING);
        const { rests, sinceJump } = sim.run(MAX_PASSES);
        expect(rests).toBe(true);
        // Stop-first has two more steps that nothing can shorten: the old must be doomed and gone before the new starts.
        expect(sinceJump).toBeLessThanOrEqual(input.stopFirst ? 5 : 3);
        expect(sim.removed).toBe(input.after.length === 0);
        if (sim.removed) return;
        expect(sim.plan.id).toBe("plan_2");
        expect(sim.plan.state).toBe("ready");
        expect(sim.units.map((stored) => stored.unit.id).sort()).toEqual([...input.after].sort());
        expect(sim.pass()).toEqual({ actions: [], wakeAt: undefined });
        if (!input.routed) return;
        const weights = (sim.route?.upstreams ?? []).filter((entry) => entry.weight > 0);
        expect(weights.map((entry) => entry.unit).sort()).toEqual([...input.after].sort());
        expect(weights.reduce((sum, entry) => sum + entry.weight, 0)).toBe(100);
      }),
      { numRuns: 500 },
    );
  });

  test("a stale plan does nothing", () => {
    fc.assert(
      fc.property(change, (input) => {
        const world = start(input, () => WILLING).world();
        expect(decide({ ...world, inForce: "plan_3" }, 1_000)).toEqual({ actions: [], waits: [] });
      }),
    );
  });

  test("no ready unit is doomed, and none loses its traffic, while its replacement does not serve, unless the plan says why", () => {
    fc.assert(
      fc.property(worlds, ([input, fates]) => {
        const sim = start(input, (unit) => fates[unit] ?? WILLING);
        sim.run(MAX_PASSES);
        for (const { action, before } of sim.log) {
          if (action.do === "doom" && serves(before, action.unit))
            expect(excused(before, action.unit.unit.id)).toBe(true);
          if (action.do === "shift")
            for (const lost of losers(before, action.upstreams)) expect(excused(before, lost)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("never more units are started beside the serving ones than the plan in force wants", () => {
    fc.assert(
      fc.property(worlds, ([input, fates]) => {
        const sim = start(input, (unit) => fates[unit] ?? WILLING);
        const most = input.after.length + (input.before?.length ?? 0);
        for (let pass = 0; pass < MAX_PASSES; pass++) {
          const { wakeAt } = sim.pass();
          expect(sim.units.filter((stored) => stored.appliedAt !== undefined).length).toBeLessThanOrEqual(
            most,
          );
          if (wakeAt !== undefined) sim.now = Math.max(sim.now, wakeAt);
        }
      }),
    );
  });

  test("every rollout ends no later than one pass after its deadline: ready, rolled back, failed, or handed to another plan", () => {
    fc.assert(
      fc.property(worlds, ([input, fates]) => {
        fc.pre(input.after.length > 0);
        const sim = start(input, (unit) => fates[unit] ?? WILLING);
        for (let pass = 0; pass < 3_000 && sim.now <= 900_000; pass++) {
          const { wakeAt, actions } = sim.pass();
          if (actions.some((action) => action.do === "replan")) return;
          if (actions.length === 0) sim.now = Math.max(sim.now + 1_000, wakeAt ?? sim.now);
        }
        sim.now = 900_001;
        sim.pass();
        const second = sim.plans.find((plan) => plan.id === "plan_2");
        expect(["ready", "rolled-back", "failed"]).toContain(second?.state);
      }),
      { numRuns: 300 },
    );
  });

  test("after a rollback the old units serve all traffic and the new ones are gone", () => {
    fc.assert(
      fc.property(change, (input) => {
        fc.pre(input.before !== undefined && input.after.length > 0 && !input.stopFirst);
        fc.pre(input.after.some((id) => !input.before?.includes(id)));
        const sim = start(input, () => ({ ...WILLING, start: "fails" }));
        sim.run(MAX_PASSES);
        expect(sim.inForce).toBe("plan_1");
        expect(sim.plans.find((plan) => plan.id === "plan_2")?.state).toBe("rolled-back");
        expect(sim.units.map((stored) => stored.unit.id).sort()).toEqual([...(input.before ?? [])].sort());
      }),
    );
  });

  test("every action has a reason", () => {
    fc.assert(
      fc.property(worlds, ([input, fates]) => {
        const sim = start(input, (unit) => fates[unit] ?? WILLING);
        sim.run(MAX_PASSES);
        for (const { action } of sim.log) expect(action.because.length).toBeGreaterThan(3);
      }),
    );
  });
});

// A unit may lose its place when the plan names it, or when every unit of the plan serves fully.
function excused(world: World, id: string): boolean {
  if (world.plan.stops[id] !== undefined) return true;
  // A first deploy that failed is cleaned up whole: there is nothing before it that could serve instead.
  if (world.plan.state === "failed") return true;
  const all = world.plan.units.map((unit) => world.units.find((stored) => stored.unit.id === unit.id));
  return all.every(
    (stored) => stored !== undefined && stored.state === "wanted" && servesFully(world, stored),
  );
}

function losers(
  world: World,
  upstreams: readonly { readonly unit: string; readonly weight: number }[],
): readonly string[] {
  const after = new Map(upstreams.map((entry) => [entry.unit, entry.weight]));
  return world.units
    .filter((stored) => serves(world, stored))
    .map((stored) => stored.unit.id)
    .filter((id) => (world.route?.upstreams.find((entry) => entry.unit === id)?.weight ?? 0) > 0)
    .filter((id) => (after.get(id) ?? 0) === 0);
}
