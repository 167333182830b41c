import { describe, expect, test } from "vitest";
import type { Opened } from "../contract.ts";
import {
  claimed,
  commitOf,
  eventOf,
  NOW,
  OTHER,
  planOf,
  SCOPE,
  targetOf,
  unitOf,
  withWorkload,
} from "../fixtures.ts";

export function commitContract(opened: Opened): void {
  describe("commit", () => {
    test("of two commits at once one wins, and the loser leaves no row behind", async () => {
      const { store, second, dump } = opened();
      await withWorkload(store);
      const commits = ["a", "b", "c", "d"].map((id) => rival(id));
      const results = await Promise.all(
        commits.map((commit, at) => (at % 2 === 0 ? store : second).commit(SCOPE, commit)),
      );
      expect(results.filter((result) => result.ok)).toHaveLength(1);
      expect(results.filter((result) => !result.ok)).toEqual(
        Array.from({ length: 3 }, () => ({ ok: false, generation: 2 })),
      );
      const winner = commits[results.findIndex((result) => result.ok)]?.plan.id;
      const text = JSON.stringify(await dump());
      for (const { plan } of commits) expect(text.includes(`rival-${plan.id}`)).toBe(plan.id === winner);
    });

    test("of two first commits at once one wins, and the loser leaves no row behind", async () => {
      const { store, second, dump } = opened();
      await store.putTarget(targetOf());
      const first = commitOf(1, { plan: planOf("a", 1, []) });
      const other = commitOf(1, { plan: planOf("b", 1, []), events: [eventOf("lost")] });
      const results = await Promise.all([store.commit(SCOPE, first), second.commit(SCOPE, other)]);
      expect(results.filter((result) => result.ok)).toHaveLength(1);
      const { plans, workloads } = await dump();
      expect([plans, workloads].map((rows) => rows?.length)).toEqual([1, 1]);
    });

    test.each([
      ["a generation that has not been reached", 3, 3],
      ["a generation that has passed", undefined, 2],
      ["the right generation, but not the next number", 1, 3],
    ])("a commit that expects %s writes nothing", async (_what, expectedGeneration, generation) => {
      const { store, dump } = opened();
      await withWorkload(store);
      const before = await dump();
      const commit = commitOf(generation, { expectedGeneration });
      const outcome = await store.commit(SCOPE, commit).catch((error: unknown) => error);
      expect(outcome).toSatisfy(
        (it) => it instanceof Error || JSON.stringify(it) === '{"ok":false,"generation":1}',
      );
      expect(await dump()).toEqual(before);
    });

    test("a commit for a workload that has been removed says that it is gone", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      expect(await store.commit(SCOPE, commitOf(2))).toEqual({ ok: false, generation: undefined });
    });

    test("an error that is no conflict is thrown, not called one", async () => {
      const { store, dump } = opened();
      await withWorkload(store);
      const before = await dump();
      // The unit's id is in use.
      const again = unitOf("u-p1-web-1");
      const commit = commitOf(2, { plan: planOf("p", 2, [again]), newUnits: [again] });
      await expect(store.commit(SCOPE, commit)).rejects.toThrow();
      expect(await dump()).toEqual(before);
    });

    test("the id of a committed plan is never given to another", async () => {
      const { store, dump } = opened();
      await withWorkload(store);
      const before = await dump();
      const commit = commitOf(2, { plan: planOf("plan-p1-web-1", 2, []) });
      await expect(store.commit(SCOPE, commit)).rejects.toThrow();
      expect(await dump()).toEqual(before);
    });

    test("a plan for a target that was disconnected meanwhile is refused with a sentence", async () => {
      const { store, dump } = opened();
      const before = await dump();
      const outcome = store.commit(SCOPE, commitOf(1));
      await expect(outcome).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringContaining("home"),
      });
      expect(await dump()).toEqual(before);
    });

    test("a unit goes to the project's own target before the instance's of the same name", async () => {
      const { store } = opened();
      await store.putTarget(targetOf({ id: "everybodys", project: undefined }));
      await store.commit(OTHER, commitOf(1, {}, OTHER));
      await store.putTarget(targetOf({ id: "own", project: SCOPE.project }));
      await store.commit(SCOPE, commitOf(1));
      expect(await store.units(SCOPE, "web")).toMatchObject([{ targetId: "own" }]);
      expect(await store.units(OTHER, "web")).toMatchObject([{ targetId: "everybodys" }]);
    });

    test("a plan that keeps a unit doomed meanwhile is a conflict", async () => {
      const { store } = opened();
      await withWorkload(store);
      const claim = await claimed(store);
      const kept = claim.plan.units;
      await store.record(claim, { units: [{ id: kept[0]?.id ?? "", state: "doomed" }], now: NOW });
      const outcome = await store.commit(SCOPE, commitOf(2, { plan: planOf("p", 2, kept) }));
      expect(outcome).toEqual({ ok: false, generation: 1 });
    });

    test("the same commit again, its answer having been lost, is well and writes nothing", async () => {
      const { store, dump } = opened();
      await withWorkload(store);
      const before = await dump();
      expect(await store.commit(SCOPE, commitOf(1))).toEqual({ ok: true });
      expect(await dump()).toEqual(before);
    });

    test("a proposal is kept without a generation and committed as shown, once", async () => {
      const { store } = opened();
      await withWorkload(store);
      const shown = planOf("shown", 2, [], { state: "proposed" });
      await store.propose(SCOPE, shown);
      expect(await store.plan(SCOPE.project, "shown")).toEqual(shown);
      expect(await store.plans(SCOPE, "web", 10)).toHaveLength(1);
      expect(await store.lastGeneration(SCOPE, "web")).toBe(1);
      const commit = commitOf(2, { plan: { ...shown, state: "pending" } });
      expect(await store.commit(SCOPE, commit)).toEqual({ ok: true });
      expect(await store.plans(SCOPE, "web", 10)).toMatchObject([
        { id: "shown", generation: 2, state: "pending" },
        {},
      ]);
    });

    test("a plan on its way is superseded by the next, a ready one stays ready", async () => {
      const { store } = opened();
      await withWorkload(store);
      const claim = await claimed(store);
      await store.record(claim, { plan: { id: claim.plan.id, state: "ready" }, release: true, now: NOW + 1 });
      await store.commit(SCOPE, commitOf(2));
      await store.commit(SCOPE, commitOf(3, { now: NOW + 5 }));
      const states = (await store.plans(SCOPE, "web", 10)).map(({ state, endedAt }) => ({ state, endedAt }));
      expect(states).toEqual([
        { state: "pending", endedAt: undefined },
        { state: "superseded", endedAt: NOW + 5 },
        { state: "ready", endedAt: NOW + 1 },
      ]);
    });

    test("everything of a commit can be read back", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const override = { pin: { region: "eu-west-1" }, reason: "incident", actor: "op", createdAt: NOW };
      const commit = commitOf(1, { override });
      await store.commit(SCOPE, commit);
      const { revision: _hash, ...workload } = commit.workload;
      expect(await store.workload(SCOPE, "web")).toMatchObject({
        ...workload,
        generation: 1,
        plan: commit.plan.id,
      });
      expect(await store.plan(SCOPE.project, commit.plan.id)).toEqual(commit.plan);
      expect(await store.revisions(SCOPE, "web", 5)).toEqual([commit.revision]);
      expect(await store.revision(SCOPE, "web", "r1")).toEqual(commit.revision);
      const units = [{ unit: commit.newUnits[0], targetId: "target-home", state: "wanted" }];
      expect(await store.units(SCOPE, "web")).toEqual(units);
      expect(await store.overrides(SCOPE, "web", NOW)).toEqual([override]);
      expect(await store.events(SCOPE, "web", 0, 5)).toEqual([{ seq: 1, ...eventOf("deployed") }]);
    });

    test("a kept unit changes its replicas in place, and the highest sequence stays", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const first = commitOf(1);
      await store.commit(SCOPE, { ...first, workload: { ...first.workload, sequence: 7 } });
      const [unit] = first.newUnits;
      if (unit === undefined) throw new Error("the fixture has a unit");
      const rescaled = [{ id: unit.id, replicas: { min: 2, max: 5 } }];
      await store.commit(SCOPE, commitOf(2, { plan: planOf("p", 2, [unit]), rescaled }));
      expect((await store.units(SCOPE, "web"))[0]?.unit.replicas).toEqual({ min: 2, max: 5 });
      expect((await store.workload(SCOPE, "web"))?.sequence).toBe(7);
    });
  });
}

// Every text of it carries the plan's id, so that whatever it left behind would be found.
function rival(id: string) {
  const mark = `rival-${id}`;
  const unit = unitOf(mark, { birth: 2 });
  return commitOf(2, {
    plan: planOf(id, 2, [unit], { reason: mark }),
    newUnits: [unit],
    revision: { ...commitOf(2).revision, hash: mark },
    override: { reason: mark, actor: "op", createdAt: NOW },
    events: [eventOf(mark)],
  });
}
