import { describe, expect, test } from "vitest";
import type { Plan } from "../../../src/domain/plan.ts";
import { type Commit, ROLLBACK_REVISIONS, type Scope, type Store } from "../../../src/store/store.ts";
import type { Opened } from "../contract.ts";
import { runOf } from "../runs-contract.ts";
import {
  claimed,
  commitOf,
  eventOf,
  NOW,
  observationOf,
  OTHER,
  planOf,
  SCOPE,
  targetOf,
} from "../fixtures.ts";

const DAY_MS = 86_400_000;
const day = (days: number) => NOW + days * DAY_MS;
const MANY = 1_000;

/** A generation that was committed on a day: its plan, unit, revision and event are of that day. */
export function deployOn(days: number, generation: number, over: Partial<Plan> = {}, name = "web"): Commit {
  const commit = commitOf(generation, {}, SCOPE, name);
  const now = day(days);
  const parent = generation === 1 ? {} : { parent: `plan-p1-${name}-${generation - 1}` };
  const revision = { ...commit.revision, createdAt: now };
  const plan: Plan = { ...commit.plan, ...parent, revision: revision.hash, createdAt: now, ...over };
  const event = { ...eventOf("deployed"), at: now };
  return { ...commit, plan, newUnits: plan.units, revision, events: [event], now };
}

/** Commits it, makes it ready, and lets go of what ran before. */
export async function settle(store: Store, commit: Commit, now = commit.now): Promise<void> {
  expect(await store.commit(SCOPE, commit)).toEqual({ ok: true });
  const claim = await claimed(store, now);
  const wanted = new Set(commit.plan.units.map(({ id }) => id));
  const others = claim.units.filter(({ unit }) => !wanted.has(unit.id));
  await store.record(claim, {
    observations: commit.plan.units.map(({ id }) => observationOf(id)),
    units: others.map(({ unit }) => ({ id: unit.id, state: "gone", because: "replaced" }) as const),
    plan: { id: commit.plan.id, state: "ready" },
    release: true,
    now,
  });
}

const planIds = async (store: Store, name = "web", scope: Scope = SCOPE) =>
  (await store.plans(scope, name, 100)).map(({ id }) => Number(id.split("-").at(-1)));
/** Passes over a part until nothing more goes; gives how many went. */
async function forgetAll(
  store: Store,
  part: Parameters<Store["forget"]>[0],
  before: number,
): Promise<number> {
  let removed = 0;
  for (let pass = 0; pass < 3; pass += 1) removed += (await store.forget(part, before, MANY)).removed;
  return removed;
}

/** What goes when it is old, and what stays, on any engine. */
export function historyContract(opened: Opened): void {
  describe("forgetting events", () => {
    const add = (store: Store, name: string, days: number, scope = SCOPE) =>
      store.appendEvent(scope, name, { ...eventOf(`day ${days}`), at: day(days) });
    const seqs = async (store: Store, name: string, scope = SCOPE) =>
      (await store.events(scope, name, 0, 100)).map(({ seq }) => seq);

    test("takes what is old, but the newest of each name, from which its numbers go on", async () => {
      const { store } = opened();
      for (const days of [1, 2, 3]) await add(store, "web", days);
      await add(store, "quiet", 3);
      await add(store, "web", 3, OTHER);
      for (const days of [4, 10]) await add(store, "web", days);
      expect(await store.forget("events", day(4), MANY)).toEqual({ removed: 4, isThrough: true });
      expect(await seqs(store, "web")).toEqual([5]);
      expect(await seqs(store, "quiet")).toEqual([1]);
      expect(await seqs(store, "web", OTHER)).toEqual([1]);
      await add(store, "quiet", 11);
      expect(await seqs(store, "quiet")).toEqual([1, 2]);
    });

    test("goes on where it stopped, so that what stays hides nothing behind it", async () => {
      const { store } = opened();
      for (const name of ["a", "b", "c", "d"]) await add(store, name, 1);
      for (const days of [2, 3, 4]) await add(store, "web", days);
      await add(store, "web", 9);
      const removed: (readonly [number, boolean])[] = [];
      for (let pass = 0; pass < 4; pass += 1) {
        const done = await store.forget("events", day(5), 2);
        removed.push([done.removed, done.isThrough]);
      }
      expect(removed).toEqual([
        [0, false],
        [0, false],
        [2, false],
        [1, true],
      ]);
      expect(await seqs(store, "web")).toEqual([4]);
      await add(store, "a", 10);
      expect(await store.forget("events", day(5), 2)).toEqual({ removed: 1, isThrough: false });
    });

    test("takes none that is newer, be it written before one that is old", async () => {
      const { store } = opened();
      for (const days of [1, 9, 2, 10]) await add(store, "web", days);
      expect(await forgetAll(store, "events", day(5))).toBe(1);
      expect(await seqs(store, "web")).toEqual([2, 3, 4]);
    });

    test("writes nothing when nothing is old, and nothing again when all that is old stays", async () => {
      const { store, dump } = opened();
      await add(store, "web", 5);
      const before = await dump();
      expect(await store.forget("events", day(4), MANY)).toEqual({ removed: 0, isThrough: true });
      expect(await store.forget("events", day(6), MANY)).toEqual({ removed: 0, isThrough: true });
      expect(await dump()).toEqual(before);
    });
  });

  describe("forgetting plans", () => {
    test("takes those that were followed by another long ago, with their units and revisions, and counts on behind their ids", async () => {
      const { store, dump } = opened();
      await store.putTarget(targetOf());
      for (const generation of [1, 2, 3, 4]) await settle(store, deployOn(generation * 10, generation));
      expect(await forgetAll(store, "plans", day(29))).toBe(1);
      expect(await planIds(store)).toEqual([4, 3, 2]);
      expect(await forgetAll(store, "units", day(29))).toBe(1);
      expect(await store.unitIds(SCOPE, "web")).toEqual(new Set(["u-p1-web-2", "u-p1-web-3", "u-p1-web-4"]));
      expect((await store.workload(SCOPE, "web"))?.firstAttempt).toBe(1);
      // However old: what is in force, and what it goes back to.
      expect(await forgetAll(store, "plans", day(1_000))).toBe(1);
      expect(await planIds(store)).toEqual([4, 3]);
      expect(await store.lastGeneration(SCOPE, "web")).toBe(4);
      expect(await store.revisions(SCOPE, "web", MANY)).toHaveLength(4);
      expect((await dump())["reservations"]).toEqual([]);
    });

    test("keeps the plan that a standing unit began with, and not each that kept the unit", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      await settle(store, deployOn(1, 1));
      const { units } = commitOf(1).plan;
      for (const generation of [2, 3, 4, 5]) {
        const again = deployOn(generation, generation, { units });
        await settle(store, { ...again, newUnits: [] });
      }
      expect(await forgetAll(store, "plans", day(3))).toBe(1);
      expect(await planIds(store)).toEqual([5, 4, 3, 1]);
      expect(await forgetAll(store, "plans", day(1_000))).toBe(1);
      expect(await planIds(store)).toEqual([5, 4, 1]);
      expect((await store.plan(SCOPE.project, "plan-p1-web-5"))?.units).toEqual(units);
    });

    test("looks behind one that was committed long after it was shown", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const late = deployOn(900, 4);
      await store.propose(SCOPE, { ...late.plan, state: "proposed", createdAt: day(1) });
      for (const generation of [1, 2, 3]) await settle(store, deployOn(generation, generation));
      await settle(store, late);
      expect(await forgetAll(store, "plans", day(800))).toBe(2);
      expect(await planIds(store)).toEqual([4, 3]);
    });

    test("counts from the day the last of its units went, where that was later", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      await settle(store, deployOn(1, 1));
      await settle(store, deployOn(2, 2), day(20));
      await settle(store, deployOn(21, 3));
      expect(await forgetAll(store, "plans", day(19))).toBe(0);
      expect(await forgetAll(store, "plans", day(20))).toBe(1);
    });

    test("keeps what a rollback put in force again, and the number of the plan that failed", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      for (const generation of [1, 2]) await settle(store, deployOn(generation, generation));
      const failed = deployOn(3, 3);
      await store.commit(SCOPE, failed);
      const claim = await claimed(store, failed.now);
      await store.record(claim, {
        units: [{ id: "u-p1-web-3", state: "gone", because: "it failed" }],
        plan: { id: failed.plan.id, state: "rolled-back" },
        restorePlan: "plan-p1-web-2",
        release: true,
        now: failed.now,
      });
      expect(await forgetAll(store, "plans", day(1_000))).toBe(0);
      expect(await planIds(store)).toEqual([3, 2, 1]);
    });

    test("keeps the way home through every failover, and no more", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      for (const generation of [1, 2]) await settle(store, deployOn(generation, generation));
      for (const generation of [3, 4, 5])
        await settle(store, deployOn(generation, generation, { trigger: "failover" }));
      expect(await forgetAll(store, "plans", day(1_000))).toBe(1);
      expect(await planIds(store)).toEqual([5, 4, 3, 2]);
    });

    test("keeps what is held, a unit that is not proven gone, and the plan of a run under way", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      await settle(store, deployOn(1, 1));
      const run = { ...runOf("run_1"), createdAt: day(1) };
      expect(await store.startRun(SCOPE, run, { most: 100, keep: 200 })).toBe("started");
      await settle(store, deployOn(2, 2));
      for (const generation of [3, 4, 5]) {
        expect(await store.commit(SCOPE, deployOn(generation, generation))).toEqual({ ok: true });
        const claim = await claimed(store, day(generation));
        const doomed = claim.units.map(
          ({ unit }) => ({ id: unit.id, state: "doomed", because: "old" }) as const,
        );
        await store.record(claim, { units: doomed, release: true, now: day(generation) });
      }
      await store.holdPlan(SCOPE, planOf("held", 6, [], { state: "held", createdAt: day(6) }), day(7), []);
      await store.propose(SCOPE, planOf("shown", 6, [], { state: "proposed", createdAt: day(6) }));
      expect(await forgetAll(store, "plans", day(1_000))).toBe(1);
      expect(await planIds(store)).toEqual([5, 4, 3, 2, 1]);
      expect((await store.heldPlan(SCOPE, "web"))?.id).toBe("held");
      expect(await store.plan(SCOPE.project, "shown")).toBe(undefined);
    });

    test("leaves nothing of a workload that is gone, and nothing of another's is touched", async () => {
      const { store, dump } = opened();
      await store.putTarget(targetOf());
      await store.commit(OTHER, commitOf(1, {}, OTHER));
      const theirs = await claimed(store);
      await store.record(theirs, { release: true, now: NOW });
      for (const generation of [1, 2]) await settle(store, deployOn(generation, generation));
      await settle(store, deployOn(3, 3, { units: [], trigger: "destroy" }));
      await store.makeDue(SCOPE, "web", day(3));
      const claim = await claimed(store, day(3));
      await store.record(claim, { removeWorkload: true, now: day(3) });
      expect(await store.workload(SCOPE, "web")).toBe(undefined);
      expect(await forgetAll(store, "plans", day(1))).toBe(0);
      expect(await forgetAll(store, "plans", day(1_000))).toBe(3);
      expect(await forgetAll(store, "units", day(2))).toBe(1);
      expect(await forgetAll(store, "units", day(3))).toBe(1);
      const { plans, units, revisions, workloads } = await dump();
      for (const rows of [plans, units, revisions, workloads])
        expect(rows).toMatchObject([{ project: OTHER.project }]);
    });
  });

  describe("forgetting revisions", () => {
    test("keeps as many as a rollback looks back, and those that a plan names", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      for (let generation = 1; generation <= ROLLBACK_REVISIONS + 4; generation += 1)
        await settle(store, deployOn(generation, generation));
      await forgetAll(store, "plans", day(2));
      expect(await store.revision(SCOPE, "web", "r1")).toBe(undefined);
      expect(await store.revision(SCOPE, "web", "r2")).toBeDefined();
      await forgetAll(store, "plans", day(1_000));
      const left = (await store.revisions(SCOPE, "web", 200)).map(({ number }) => number);
      expect(left).toHaveLength(ROLLBACK_REVISIONS);
      expect(Math.min(...left)).toBe(5);
    });
  });
}
