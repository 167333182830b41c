import { describe, expect, test } from "vitest";
import { changeOf, markedCommit, markedHold, shownOf } from "../changes.ts";
import type { Opened } from "../contract.ts";
import { commitOf, eventOf, NOW, OTHER, SCOPE, targetOf, unitOf, withWorkload } from "../fixtures.ts";

const SOURCE = { repo: "shop/all", commit: "abc", sequence: 7 };
const types = async (opened: Opened, workload: string) =>
  (await opened().store.events(SCOPE, workload, 0, 100)).map(({ type }) => type);

/** Changes of several workloads, which are committed whole or not at all. */
export function changesContract(opened: Opened): void {
  describe("a change of several workloads", () => {
    test("is written whole, each plan as it would be alone, and can be read back", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const [web, api] = [markedCommit("x", "web"), markedCommit("x", "api")];
      const jobs = markedHold("x", "jobs");
      const whole = changeOf("chg_1", [web, api], [jobs], { source: SOURCE });
      expect(await store.commitChange(SCOPE, whole)).toEqual({ ok: true });
      expect(await store.change(SCOPE.project, "chg_1")).toEqual(whole.change);
      for (const { plan, workload } of [web, api]) {
        expect(await store.plans(SCOPE, workload.name, 9)).toEqual([plan]);
        expect(await store.workload(SCOPE, workload.name)).toMatchObject({ generation: 1, plan: plan.id });
        expect(await types(opened, workload.name)).toEqual(["x.deployed"]);
      }
      expect(await store.heldPlan(SCOPE, "jobs")).toEqual(jobs.plan);
      expect((await store.heldDue(NOW + 9, 9)).length).toBe(0);
      expect((await store.heldDue(NOW + 10, 9)).map(({ id }) => id)).toEqual(["plan-x-jobs"]);
      expect(await types(opened, "jobs")).toEqual(["x.held"]);
    });

    test("is kept as it was shown, and committed under its own id and those of its plans", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const whole = changeOf("chg_1", [markedCommit("x", "web")], [markedHold("x", "jobs")]);
      const [shown, plans] = shownOf(whole);
      await store.proposeChange(SCOPE, shown, plans);
      expect(await store.change(SCOPE.project, "chg_1")).toEqual(shown);
      const ids = plans.map(({ id }) => id);
      expect(await store.plansById(SCOPE.project, ids)).toEqual(plans);
      expect(await store.workload(SCOPE, "web")).toBe(undefined);
      const late = { ...whole, change: { ...whole.change, actor: "anna", createdAt: NOW + 5 } };
      expect(await store.commitChange(SCOPE, late)).toEqual({ ok: true });
      expect(await store.change(SCOPE.project, "chg_1")).toEqual(late.change);
      const states = (await store.plansById(SCOPE.project, ids)).map(({ state }) => state);
      expect(states).toEqual(["pending", "held"]);
    });

    test("writes nothing when somebody was first at one of its workloads, and says at which", async () => {
      const { store, dump } = opened();
      await withWorkload(store);
      await withWorkload(store, SCOPE, "api");
      const before = await dump();
      const late = markedCommit("x", "web");
      const whole = changeOf("chg_1", [late, markedCommit("x", "new")], [markedHold("x", "jobs")]);
      expect(await store.commitChange(SCOPE, whole)).toEqual({
        ok: false,
        refused: [{ workload: "web", generation: 1 }],
      });
      const gone = changeOf("chg_2", [
        markedCommit("x", "api", { generation: 2 }),
        markedCommit("x", "old", { generation: 4 }),
      ]);
      expect(await store.commitChange(SCOPE, gone)).toEqual({
        ok: false,
        refused: [{ workload: "old", generation: undefined }],
      });
      expect(await dump()).toEqual(before);
    });

    test("writes nothing when a plan of it was committed by itself meanwhile", async () => {
      const { store, dump } = opened();
      await store.putTarget(targetOf());
      const [web, api] = [markedCommit("x", "web"), markedCommit("x", "api")];
      const jobs = markedHold("x", "jobs");
      const whole = changeOf("chg_1", [web, api], [jobs]);
      await store.proposeChange(SCOPE, ...shownOf(whole));
      await store.commit(SCOPE, web);
      await store.commit(
        SCOPE,
        commitOf(1, { plan: { ...jobs.plan, state: "pending" }, newUnits: jobs.plan.units }, SCOPE, "jobs"),
      );
      const before = await dump();
      expect(await store.commitChange(SCOPE, whole)).toEqual({
        ok: false,
        refused: [
          { workload: "web", generation: 1 },
          { workload: "jobs", generation: 1 },
        ],
      });
      expect(await dump()).toEqual(before);
    });

    test("writes nothing when a plan of it that is to wait has ended since it was shown", async () => {
      const { store, dump } = opened();
      await store.putTarget(targetOf());
      const jobs = markedHold("x", "jobs");
      const whole = changeOf("chg_1", [markedCommit("x", "web")], [jobs]);
      await store.proposeChange(SCOPE, ...shownOf(whole));
      await store.holdPlan(SCOPE, jobs.plan, NOW, []);
      const end = { state: "aborted", reason: "not today", event: eventOf("plan.aborted") } as const;
      expect(await store.endHeld(SCOPE, jobs.plan, end)).toBe(true);
      const before = await dump();
      expect(await store.commitChange(SCOPE, whole)).toMatchObject({
        ok: false,
        refused: [
          { workload: "jobs", error: { code: "conflict", message: expect.stringContaining("aborted") } },
        ],
      });
      expect(await dump()).toEqual(before);
    });

    test("puts what waited for its workloads aside, and nothing of others", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      for (const name of ["web", "jobs", "other"])
        await store.holdPlan(SCOPE, markedHold("old", name).plan, NOW, []);
      await store.commitChange(
        SCOPE,
        changeOf("chg_1", [markedCommit("x", "web")], [markedHold("x", "jobs")]),
      );
      const states = (
        await store.plansById(SCOPE.project, ["plan-old-web", "plan-old-jobs", "plan-old-other"])
      ).map(({ state }) => state);
      expect(states).toEqual(["superseded", "superseded", "held"]);
      expect((await store.heldPlan(SCOPE, "jobs"))?.id).toBe("plan-x-jobs");
    });

    test("asked for again, its answer having been lost, is well and writes nothing, whatever its workloads did since", async () => {
      const { store, second, dump } = opened();
      await store.putTarget(targetOf());
      const whole = changeOf(
        "chg_1",
        [markedCommit("x", "web"), markedCommit("x", "api")],
        [markedHold("x", "jobs")],
      );
      const waiting = changeOf("chg_2", [], [markedHold("x", "cron")]);
      for (const one of [whole, waiting]) await store.commitChange(SCOPE, one);
      await store.commit(SCOPE, markedCommit("y", "web", { generation: 2 }));
      await store.endHeld(SCOPE, whole.held[0]?.plan ?? missing(), {
        state: "expired",
        reason: "nobody agreed",
        event: eventOf("plan.expired"),
      });
      const before = await dump();
      for (const one of [whole, waiting]) expect(await second.commitChange(SCOPE, one)).toEqual({ ok: true });
      expect(await dump()).toEqual(before);
    });

    test("that is committed is never committed again under other plans", async () => {
      const { store, dump } = opened();
      await store.putTarget(targetOf());
      await store.commitChange(SCOPE, changeOf("chg_1", [markedCommit("x", "web")]));
      const before = await dump();
      const other = changeOf("chg_1", [markedCommit("y", "api")], [markedHold("y", "jobs")]);
      const error = { code: "conflict", message: expect.stringContaining("committed already") };
      const refused = ["api", "jobs"].map((workload) => ({ workload, error }));
      expect(await store.commitChange(SCOPE, other)).toMatchObject({ ok: false, refused });
      expect(await dump()).toEqual(before);
    });

    test("is committed in the environment it was made for, and in no other", async () => {
      const { store, dump } = opened();
      await store.putTarget(targetOf());
      const whole = changeOf("chg_1", [markedCommit("x", "web")]);
      await store.proposeChange(SCOPE, ...shownOf(whole));
      const before = await dump();
      const staging = { ...SCOPE, environment: "staging" };
      const elsewhere = changeOf("chg_1", [markedCommit("y", "web", {}, staging)]);
      const error = { code: "conflict", message: expect.stringContaining("made for production") };
      const refused = [{ workload: "web", error }];
      expect(await store.commitChange(staging, elsewhere)).toMatchObject({ ok: false, refused });
      expect(await dump()).toEqual(before);
      expect(await store.commitChange(SCOPE, whole)).toEqual({ ok: true });
      expect(await store.commitChange(staging, elsewhere)).toMatchObject({ ok: false, refused });
    });

    test("of two at once over one workload exactly one wins, and the loser leaves no row behind", async () => {
      const { store, second, dump } = opened();
      await store.putTarget(targetOf());
      const changes = ["rival-a", "rival-b", "rival-c", "rival-d"].map((mark) =>
        changeOf(
          mark,
          [markedCommit(mark, `only-${mark}`), markedCommit(mark, "web")],
          [markedHold(mark, `waits-${mark}`)],
        ),
      );
      const results = await Promise.all(
        changes.map((change, at) => (at % 2 === 0 ? store : second).commitChange(SCOPE, change)),
      );
      expect(results.filter(({ ok }) => ok)).toHaveLength(1);
      const lost = { ok: false, refused: [{ workload: "web", generation: 1 }] };
      expect(results.filter(({ ok }) => !ok)).toEqual([lost, lost, lost]);
      const text = JSON.stringify(await dump());
      for (const [at, { change }] of changes.entries())
        expect(text.includes(change.id)).toBe(results[at]?.ok);
    });

    test("of two commits of one dry run at once, under plans of their own, exactly one wins", async () => {
      const { store, second, dump } = opened();
      await store.putTarget(targetOf());
      await store.proposeChange(SCOPE, ...shownOf(changeOf("chg_1", [markedCommit("x", "web")])));
      const both = ["rival-a", "rival-b"].map((mark) => changeOf("chg_1", [markedCommit(mark, mark)]));
      const results = await Promise.all(
        both.map((one, at) => (at === 0 ? store : second).commitChange(SCOPE, one)),
      );
      expect(results.filter(({ ok }) => ok)).toHaveLength(1);
      const text = JSON.stringify(await dump());
      for (const [at, one] of both.entries())
        expect(text.includes(one.commits[0]?.plan.id ?? missing())).toBe(results[at]?.ok);
    });

    test("tells of a target that was disconnected meanwhile as of one commit, and of no other workload", async () => {
      const { store, dump } = opened();
      await store.putTarget(targetOf());
      const before = await dump();
      const nowhere = unitOf("u-lost", {
        workload: "lost",
        place: { provider: "ecs", target: "nowhere", region: "eu-west-1" },
      });
      const lost = markedCommit("x", "lost", { units: [nowhere] });
      expect(
        await store.commitChange(SCOPE, changeOf("chg_1", [markedCommit("x", "web"), lost])),
      ).toMatchObject({
        ok: false,
        refused: [
          { workload: "lost", error: { code: "conflict", message: expect.stringContaining("nowhere") } },
        ],
      });
      expect(await dump()).toEqual(before);
    });

    test("throws an error that is no workload's, and writes nothing then", async () => {
      const { store, dump } = opened();
      await withWorkload(store);
      const before = await dump();
      // The id is another plan's.
      const spent = markedCommit("x", "api", { id: "plan-p1-web-1" });
      await expect(
        store.commitChange(SCOPE, changeOf("chg_1", [spent, markedCommit("x", "new")])),
      ).rejects.toThrow();
      const large = { source: { repo: "x".repeat(1_000_000) } };
      const tooLarge = changeOf("chg_1", [markedCommit("x", "new")], [], large);
      const refused = { code: "too-large-to-store" };
      await expect(store.commitChange(SCOPE, tooLarge)).rejects.toMatchObject(refused);
      await expect(store.proposeChange(SCOPE, ...shownOf(tooLarge))).rejects.toMatchObject(refused);
      expect(await dump()).toEqual(before);
    });

    test("of another project does not exist, though it has the same id", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const theirs = changeOf("chg_1", [markedCommit("x", "web", {}, OTHER)]);
      await store.commitChange(OTHER, theirs);
      expect(await store.change(SCOPE.project, "chg_1")).toBe(undefined);
      expect(await store.plansById(SCOPE.project, ["plan-x-web"])).toEqual([]);
      await store.proposeChange(SCOPE, ...shownOf(changeOf("chg_1", [markedCommit("y", "web")])));
      expect(await store.change(OTHER.project, "chg_1")).toEqual(theirs.change);
      expect((await store.change(SCOPE.project, "chg_1"))?.state).toBe("proposed");
    });
  });
}

function missing(): never {
  throw new Error("the fixture has one");
}
