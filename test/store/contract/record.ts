import { describe, expect, test } from "vitest";
import type { Opened } from "../contract.ts";
import {
  claimed,
  commitOf,
  eventOf,
  NOW,
  observationOf,
  planOf,
  routeOf,
  SCOPE,
  withWorkload,
} from "../fixtures.ts";

const UNIT = "u-p1-web-1";

export function recordContract(opened: Opened): void {
  describe("record", () => {
    test("a unit's state goes one way: wanted, doomed, gone; the first reason stays", async () => {
      const { store } = opened();
      await withWorkload(store);
      const claim = await claimed(store);
      const step = async (state: "doomed" | "gone", because: string, now: number) =>
        await store.record(claim, { units: [{ id: UNIT, state, because }], now });
      await step("doomed", "first", NOW + 1);
      await step("doomed", "second", NOW + 2);
      const [doomed] = await store.units(SCOPE, "web");
      expect(doomed).toMatchObject({ state: "doomed", doomedBecause: "first", doomedAt: NOW + 1 });
      await step("gone", "third", NOW + 3);
      expect(await store.units(SCOPE, "web")).toEqual([]);
      await step("doomed", "back again", NOW + 4);
      expect(await store.units(SCOPE, "web")).toEqual([]);
      expect(await store.unitIds(SCOPE, "web")).toEqual(new Set([UNIT]));
    });

    test("a unit that is gone keeps no observation", async () => {
      const { store, dump } = opened();
      await withWorkload(store);
      const claim = await claimed(store);
      await store.record(claim, { observations: [observationOf(UNIT)], now: NOW });
      const gone = { id: UNIT, state: "gone" } as const;
      await store.record(claim, { units: [gone], observations: [observationOf(UNIT)], now: NOW });
      const { units } = await dump();
      expect(units).toMatchObject([{ state: "gone", observation: null }]);
    });

    test("what a step does not mention stays, and null clears a setback", async () => {
      const { store } = opened();
      await withWorkload(store);
      const claim = await claimed(store);
      const set = {
        appliedAt: NOW,
        appliedReplicas: { min: 1, max: 3 },
        probe: { ok: false, at: NOW, reason: "refused" },
        setback: { kind: "capacity", message: "no room", attempts: 2, notBefore: NOW + 9 },
      } as const;
      await store.record(claim, { units: [{ id: UNIT, ...set }], now: NOW });
      await store.record(claim, { units: [{ id: UNIT, setback: undefined }], now: NOW });
      expect((await store.units(SCOPE, "web"))[0]).toMatchObject(set);
      await store.record(claim, { units: [{ id: UNIT, setback: null }], now: NOW });
      expect((await store.units(SCOPE, "web"))[0]).toMatchObject({ ...set, setback: undefined });
    });

    test("an observation is read back as it was seen", async () => {
      const { store } = opened();
      await withWorkload(store);
      const seen = observationOf(UNIT, {
        phase: "failed",
        reason: "exited",
        exitCode: 3,
        restarts: 4,
        lastLines: ["ä"],
      });
      await store.record(await claimed(store), { observations: [seen], now: NOW + 7 });
      expect((await store.units(SCOPE, "web"))[0]).toMatchObject({ observation: seen, observedAt: NOW + 7 });
    });

    test("a plan's end is written with its reason and last lines, and shows in the workload", async () => {
      const { store } = opened();
      await withWorkload(store);
      const claim = await claimed(store);
      const end = { id: claim.plan.id, state: "failed", reason: "it exited", logTail: ["boom"] } as const;
      await store.record(claim, { plan: end, now: NOW + 3 });
      const plan = await store.plan(SCOPE.project, claim.plan.id);
      expect(plan).toMatchObject({
        state: "failed",
        stateReason: "it exited",
        logTail: ["boom"],
        endedAt: NOW + 3,
      });
      expect(await store.workload(SCOPE, "web")).toMatchObject({ state: "failed", updatedAt: NOW + 3 });
      expect(plan?.units).toEqual(claim.plan.units);
      await store.record(claim, { plan: end, now: NOW + 9 });
      expect((await store.plan(SCOPE.project, claim.plan.id))?.endedAt).toBe(NOW + 3);
    });

    test("a rollback puts the parent in force again, and the generation goes on counting", async () => {
      const { store } = opened();
      await withWorkload(store);
      const first = await claimed(store);
      await store.record(first, { plan: { id: first.plan.id, state: "ready" }, release: true, now: NOW });
      await store.commit(SCOPE, commitOf(2));
      const claim = await claimed(store);
      const plan = { id: claim.plan.id, state: "rolled-back" } as const;
      await store.record(claim, { plan, restorePlan: first.plan.id, release: true, now: NOW });
      expect(await store.workload(SCOPE, "web")).toMatchObject({
        plan: first.plan.id,
        generation: 2,
        state: "ready",
      });
      expect(await store.commit(SCOPE, commitOf(2, { plan: planOf("x", 2, []) }))).toEqual({
        ok: false,
        generation: 2,
      });
      expect(await store.commit(SCOPE, commitOf(3))).toEqual({ ok: true });
    });

    test("a removed workload leaves its history, and its name starts anew where the numbers stopped", async () => {
      const { store } = opened();
      await withWorkload(store);
      const claim = await claimed(store);
      await store.putOverride(SCOPE, "web", { reason: "r", actor: "a", createdAt: NOW });
      await store.record(claim, { route: routeOf(["web.example"]), now: NOW });
      const gone = { id: UNIT, state: "gone" } as const;
      await store.record(claim, {
        units: [gone],
        removeWorkload: true,
        events: [eventOf("removed")],
        now: NOW,
      });
      expect(await store.workload(SCOPE, "web")).toBeUndefined();
      expect(await store.routeByHost("web.example")).toBeUndefined();
      expect(await store.overrides(SCOPE, "web", NOW)).toEqual([]);
      expect(await store.plans(SCOPE, "web", 5)).toHaveLength(1);
      expect((await store.events(SCOPE, "web", 0, 5)).map(({ type }) => type)).toEqual([
        "deployed",
        "removed",
      ]);
      const anew = (generation: number) => commitOf(generation, { expectedGeneration: undefined });
      expect(await store.commit(SCOPE, { ...anew(1), plan: planOf("again", 1, []), newUnits: [] })).toEqual({
        ok: false,
        generation: undefined,
      });
      expect(await store.lastGeneration(SCOPE, "web")).toBe(1);
      expect(await store.commit(SCOPE, anew(2))).toEqual({ ok: true });
      expect(await store.record(claim, { removeWorkload: true, now: NOW })).toBe(false);
      expect(await store.workload(SCOPE, "web")).toMatchObject({ generation: 2 });
    });

    test("a workload of which a unit still stands is not removed, and stays due", async () => {
      const { store } = opened();
      await withWorkload(store);
      const claim = await claimed(store);
      await store.record(claim, { removeWorkload: true, release: true, now: NOW + 4 });
      expect(await store.workload(SCOPE, "web")).toBeDefined();
      expect(await store.nextDue()).toBe(NOW + 4);
    });

    test("events count on within a workload, and are read from a number on", async () => {
      const { store } = opened();
      await withWorkload(store);
      await store.record(await claimed(store), { events: [eventOf("a"), eventOf("b")], now: NOW });
      await store.appendEvent(SCOPE, "web", eventOf("c"));
      const events = await store.events(SCOPE, "web", 1, 2);
      expect(events.map(({ seq, type }) => `${seq} ${type}`)).toEqual(["2 a", "3 b"]);
      expect(events[0]).toEqual({ seq: 2, ...eventOf("a") });
    });
  });
}
