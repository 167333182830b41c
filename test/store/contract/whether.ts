import { describe, expect, test } from "vitest";
import type { Plan } from "../../../src/domain/plan.ts";
import type { StoredException } from "../../../src/store/whether.ts";
import type { Opened } from "../contract.ts";
import { claimed, commitOf, eventOf, NOW, OTHER, planOf, SCOPE, unitOf, withWorkload } from "../fixtures.ts";

const HASH = "a".repeat(64);
const held = (id: string, over: Partial<Plan> = {}): Plan =>
  planOf(id, 2, [unitOf(`u-${id}`, { birth: 2 })], {
    state: "held",
    hash: HASH,
    stateReason: "it waits",
    ...over,
  });
const word = (name: string, over = {}) => ({
  actor: `token:${name}`,
  token: `tok_${name}`,
  ofInstance: false,
  at: NOW + 1,
  hash: HASH,
  ...over,
});
const end = { state: "aborted" as const, reason: "not today", event: eventOf("plan.aborted") };
const commitFrom = (plan: Plan) => commitOf(2, { plan: { ...plan, state: "pending" }, newUnits: plan.units });
const types = async (opened: Opened, workload = "web", scope = SCOPE) =>
  (await opened().store.events(scope, workload, 0, 100)).map(({ type }) => type);

/** Plans that wait, who agreed to them, and plans that are given up. */
export function heldContract(opened: Opened): void {
  describe("held plans", () => {
    test("are kept as they are, read by workload, and due when they are to be looked at", async () => {
      const { store } = opened();
      await store.holdPlan(SCOPE, held("h1"), NOW + 10, [eventOf("plan.held")]);
      expect(await store.heldPlan(SCOPE, "web")).toMatchObject({ id: "h1", state: "held", hash: HASH });
      expect(await store.heldPlan(OTHER, "web")).toBe(undefined);
      expect((await store.heldDue(NOW + 9, 10)).length).toBe(0);
      expect((await store.heldDue(NOW + 10, 10)).map(({ id }) => id)).toEqual(["h1"]);
      await store.lookAgain(SCOPE, "h1", NOW + 20, "it still waits");
      expect((await store.heldDue(NOW + 19, 10)).length).toBe(0);
      expect((await store.plan(SCOPE.project, "h1"))?.stateReason).toBe("it still waits");
      expect(await types(opened)).toEqual(["plan.held"]);
    });

    test("of one project are found however many of others are due before them", async () => {
      const { store } = opened();
      await store.holdPlan(OTHER, held("theirs", OTHER), NOW, []);
      await store.holdPlan(SCOPE, held("ours"), NOW + 5, []);
      expect((await store.heldDue(NOW + 10, 1)).map(({ id }) => id)).toEqual(["theirs"]);
      expect((await store.heldDue(NOW + 10, 1, SCOPE.project)).map(({ id }) => id)).toEqual(["ours"]);
    });

    test("of one workload are superseded by a newer one, and by any commit of it", async () => {
      const { store } = opened();
      await withWorkload(store);
      await store.holdPlan(SCOPE, held("h1"), NOW, []);
      await store.holdPlan(SCOPE, held("h2"), NOW, []);
      expect((await store.plan(SCOPE.project, "h1"))?.state).toBe("superseded");
      expect(await store.commit(SCOPE, commitOf(2))).toEqual({ ok: true });
      expect((await store.plan(SCOPE.project, "h2"))?.state).toBe("superseded");
      expect(await store.heldDue(NOW + 1_000, 10)).toEqual([]);
    });

    test("outlast any number of proposals, and a proposal becomes one under its own id", async () => {
      const { store } = opened();
      await store.holdPlan(SCOPE, held("h1"), NOW, []);
      for (let index = 0; index < 101; index += 1)
        await store.propose(
          SCOPE,
          planOf(`p${index}`, 2, [], { state: "proposed", createdAt: NOW + 1 + index }),
        );
      expect((await store.heldPlan(SCOPE, "web"))?.id).toBe("h1");
      await store.holdPlan(SCOPE, held("p100"), NOW, []);
      expect((await store.heldPlan(SCOPE, "web"))?.id).toBe("p100");
    });

    test("that have ended are never committed, and those that have not are, once", async () => {
      const { store, second } = opened();
      await withWorkload(store);
      await store.holdPlan(SCOPE, held("h1"), NOW, []);
      expect(await store.endHeld(SCOPE, held("h1"), end)).toBe(true);
      expect(await second.endHeld(SCOPE, held("h1"), end)).toBe(false);
      expect(await second.commit(SCOPE, commitFrom(held("h1")))).toEqual({ ok: false, generation: 1 });
      expect((await store.plan(SCOPE.project, "h1"))?.state).toBe("aborted");
      expect((await types(opened)).filter((type) => type === "plan.aborted").length).toBe(1);
      await store.holdPlan(SCOPE, held("h2"), NOW, []);
      const both = await Promise.all([store, second].map((one) => one.commit(SCOPE, commitFrom(held("h2")))));
      expect(both).toEqual([{ ok: true }, { ok: true }]);
      expect(await store.endHeld(SCOPE, held("h2"), end)).toBe(false);
      expect((await store.plans(SCOPE, "web", 10)).map(({ id }) => id)).toEqual(["h2", "plan-p1-web-1"]);
    });

    test("take each person's word once, under their own hash, and only while they wait", async () => {
      const { store, second } = opened();
      const say = (name: string, over = {}) =>
        store.approvePlan(SCOPE, held("h1"), word(name, over), eventOf("plan.approved"));
      expect(await say("anna")).toBe(false);
      await store.holdPlan(SCOPE, held("h1"), NOW + 100, []);
      expect(await say("anna", { hash: "b".repeat(64) })).toBe(false);
      const both = await Promise.all(
        [store, second].map((one) =>
          one.approvePlan(SCOPE, held("h1"), word("anna"), eventOf("plan.approved")),
        ),
      );
      expect(both.filter(Boolean).length).toBe(1);
      expect(await say("anna", { token: "tok_2" })).toBe(false);
      expect(await say("eve", { token: "tok_anna" })).toBe(false);
      expect(await say("bo")).toBe(true);
      expect((await store.approvals(SCOPE.project, "h1")).map(({ actor }) => actor)).toEqual([
        "token:anna",
        "token:bo",
      ]);
      expect((await store.heldDue(NOW + 1, 10)).map(({ id }) => id)).toEqual(["h1"]);
      await store.endHeld(SCOPE, held("h1"), end);
      expect(await say("cy")).toBe(false);
      expect((await types(opened)).filter((type) => type === "plan.approved").length).toBe(2);
    });
  });

  describe("asking that a plan be given up", () => {
    test("is noted once, on a plan under way only, and makes its workload due", async () => {
      const { store } = opened();
      await withWorkload(store);
      const plan = planOf("plan-p1-web-1", 1, []);
      const abort = { actor: "token:ci", reason: "wrong image" };
      const ask = () => store.requestAbort(SCOPE, plan, abort, eventOf("plan.abort-asked"));
      const claim = await claimed(store);
      await store.record(claim, { now: NOW, release: true });
      expect(await store.nextDue()).toBe(undefined);
      expect([await ask(), await ask()]).toEqual([true, false]);
      expect(await store.nextDue()).toBe(NOW);
      expect((await claimed(store)).plan.abort).toEqual(abort);
      const again = await claimed(store, NOW + 1_000_000);
      await store.record(again, { plan: { id: plan.id, state: "aborted" }, now: NOW, release: true });
      expect(await ask()).toBe(false);
    });
  });
}

const exceptionOf = (id: string, over: Partial<StoredException> = {}): StoredException => ({
  project: SCOPE.project,
  id,
  rule: "own-registry",
  select: { workloads: ["web"] },
  reason: "the mirror is away",
  until: NOW + 100,
  createdAt: NOW,
  requester: { actor: "token:ci", token: "tok_ci", ofInstance: false },
  approvals: [],
  ...over,
});

/** Exceptions, the red switch, and what automation has done. */
export function automationContract(opened: Opened): void {
  describe("exceptions", () => {
    test("stand until their end, with everybody who agreed, once each", async () => {
      const { store } = opened();
      await store.insertException(exceptionOf("e1"));
      await store.insertException(exceptionOf("e2", { until: NOW + 200 }));
      const { hash: _none, ...anna } = word("anna");
      expect(await store.approveException(SCOPE.project, "e1", anna)).toBe(true);
      expect(await store.approveException(SCOPE.project, "e1", anna)).toBe(false);
      expect(await store.approveException(OTHER.project, "e2", anna)).toBe(false);
      expect(
        await store.approveException(SCOPE.project, "e1", { ...anna, actor: "b", token: "b", at: NOW + 100 }),
      ).toBe(false);
      const { approvals: _approvals, ...rest } = exceptionOf("e1");
      expect(await store.exception(SCOPE.project, "e1")).toEqual({ ...rest, approvals: [anna] });
      const standing = async (at: number) =>
        (await store.exceptions(SCOPE.project, { standingAt: at, limit: 10 })).map(({ id }) => id);
      expect([await standing(NOW + 99), await standing(NOW + 100), await standing(NOW + 200)]).toEqual([
        ["e2", "e1"],
        ["e2"],
        [],
      ]);
      expect(await store.exceptions(OTHER.project, { limit: 10 })).toEqual([]);
    });

    test("are told of before their end and at it, once each, to the workloads they are for", async () => {
      const { store, second } = opened();
      await withWorkload(store);
      await store.commit(SCOPE, commitOf(1, {}, SCOPE, "api"));
      await store.insertException(exceptionOf("e1"));
      const ending = async (now: number) =>
        (await store.exceptionsEnding(now, now + 50, 10)).map(({ id }) => id);
      expect([await ending(NOW + 49), await ending(NOW + 50)]).toEqual([[], ["e1"]]);
      const told = await Promise.all(
        [store, second].map((one) =>
          one.tellException(exceptionOf("e1"), "soon", eventOf("exception.ending")),
        ),
      );
      expect(told.filter(Boolean).length).toBe(1);
      expect([await ending(NOW + 99), await ending(NOW + 100)]).toEqual([[], ["e1"]]);
      expect(await store.tellException(exceptionOf("e1"), "ended", eventOf("exception.ended"))).toBe(true);
      expect(await ending(NOW + 1_000)).toEqual([]);
      expect((await types(opened)).filter((type) => type.startsWith("exception."))).toEqual([
        "exception.ending",
        "exception.ended",
      ]);
      expect((await types(opened, "api")).filter((type) => type.startsWith("exception."))).toEqual([]);
      expect(await store.exceptions(SCOPE.project, { standingAt: NOW, limit: 10 })).toEqual([]);
    });
  });

  describe("automation", () => {
    test("has a switch of each project that is on until somebody turns it", async () => {
      const { store } = opened();
      expect(await store.automation(SCOPE.project)).toBe(undefined);
      const off = { enabled: false, reason: "a bad night", actor: "token:ops", changedAt: NOW };
      await store.putAutomation(SCOPE.project, off);
      expect(await store.automation(SCOPE.project)).toEqual(off);
      await store.putAutomation(SCOPE.project, { ...off, enabled: true });
      expect(await store.automation(SCOPE.project)).toEqual({ ...off, enabled: true });
      expect(await store.automation(OTHER.project)).toBe(undefined);
    });

    test("counts what was committed since by trigger and actor, and never commits past a bound, however many try at once", async () => {
      const { store, second } = opened();
      await withWorkload(store);
      const triggers = ["failover"] as const;
      const count = (of?: { scope: typeof SCOPE; workload: string }) =>
        store.committedSince(SCOPE.project, { triggers, actor: "berth", since: NOW, of });
      expect(await count()).toEqual({ count: 0, lastAt: undefined });
      const atMost = { count: 1, triggers, actor: "berth", since: NOW };
      const moves = ["w1", "w2", "w3"].map((name) => {
        const commit = commitOf(1, { atMost }, SCOPE, name);
        return {
          ...commit,
          plan: { ...commit.plan, trigger: "failover" as const, actor: "berth", createdAt: NOW + 5 },
        };
      });
      const outcomes = await Promise.all(
        moves.map((one, at) => (at === 0 ? store : second).commit(SCOPE, one)),
      );
      expect(outcomes.filter(({ ok }) => ok).length).toBe(1);
      expect(await count()).toEqual({ count: 1, lastAt: NOW + 5 });
      expect((await count({ scope: SCOPE, workload: "web" })).count).toBe(0);
    });

    test("finds what a failover has moved, while its plan is in force and ready", async () => {
      const { store } = opened();
      const moved = (generation: number, state: "ready" | "pending", trigger: Plan["trigger"]) => {
        const commit = commitOf(generation);
        return store.commit(SCOPE, { ...commit, plan: { ...commit.plan, state, trigger } });
      };
      await withWorkload(store);
      expect(await store.failedOver(10)).toEqual([]);
      await moved(2, "ready", "failover");
      const [found] = await store.failedOver(10);
      expect(found).toMatchObject({ ...SCOPE, workload: "web" });
      expect((await store.workload(SCOPE, "web"))?.plan).toBe(found?.plan);
      await moved(3, "pending", "failover");
      expect(await store.failedOver(10)).toEqual([]);
      await moved(4, "ready", "deploy");
      expect(await store.failedOver(10)).toEqual([]);
    });

    test("tells one thing once", async () => {
      const { store } = opened();
      const tell = (key: string) =>
        store.appendEventOnce(SCOPE, "web", { ...eventOf("automation.held-back"), data: { key } });
      for (const key of ["a", "a", "b", "a"]) await tell(key);
      expect((await store.events(SCOPE, "web", 0, 10)).map(({ data }) => data["key"])).toEqual(["a", "b"]);
    });
  });
}
