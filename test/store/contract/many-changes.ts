import { describe, expect, test } from "vitest";
import { changeOf, markedCommit, markedHold, shownOf } from "../changes.ts";
import type { Opened } from "../contract.ts";
import { MAX_MEMBERS } from "../../../src/store/store.ts";
import { NOW, planOf, SCOPE, targetOf } from "../fixtures.ts";

const KEPT = 100;
const HALF = MAX_MEMBERS / 2;
const STAGING = { ...SCOPE, environment: "staging" };

/** How much a change may hold, and how many of them are kept. */
export function manyChangesContract(opened: Opened): void {
  describe("bounds of changes", () => {
    test("as many workloads as a change may have go at once; one more, or two plans of one, is refused before anything is written", async () => {
      const { store, dump } = opened();
      await store.putTarget(targetOf());
      const before = await dump();
      const commits = Array.from({ length: HALF + 1 }, (_, at) => markedCommit("x", `web-${at}`));
      const held = Array.from({ length: HALF }, (_, at) => markedHold("x", `job-${at}`));
      const large = changeOf("chg_1", commits, held);
      const twice = changeOf("chg_1", [markedCommit("x", "web")], [markedHold("y", "web")]);
      for (const [change, sentence] of [
        [large, `more than ${MAX_MEMBERS}`],
        [twice, "two plans of one"],
      ] as const) {
        await expect(store.commitChange(SCOPE, change)).rejects.toThrow(sentence);
        await expect(store.proposeChange(SCOPE, ...shownOf(change))).rejects.toThrow(sentence);
      }
      expect(await dump()).toEqual(before);
      const whole = changeOf("chg_1", commits.slice(1), held);
      await store.proposeChange(SCOPE, ...shownOf(whole));
      expect(await store.commitChange(SCOPE, whole)).toEqual({ ok: true });
      expect(await store.workloads(SCOPE, { limit: KEPT })).toHaveLength(HALF);
      expect(await store.heldDue(NOW + 10, KEPT)).toHaveLength(HALF);
    });

    test("plans are read by their ids in the order asked for, without those that are gone, as many as a change has at most", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const plans = ["a", "b", "c"].map((name) =>
        planOf(`plan-${name}`, 1, [], { workload: name, state: "proposed" }),
      );
      for (const plan of plans) await store.propose(SCOPE, plan);
      const read = await store.plansById(SCOPE.project, ["plan-c", "plan-gone", "plan-a"]);
      expect(read).toEqual([plans[2], plans[0]]);
      expect(await store.plansById(SCOPE.project, [])).toEqual([]);
      const many = Array.from({ length: MAX_MEMBERS + 1 }, (_, at) => `plan-${at}`);
      await expect(store.plansById(SCOPE.project, many)).rejects.toThrow(`more than ${MAX_MEMBERS}`);
    });

    test("dry runs of each workload are bounded however they were made, and what waits or was committed stays", async () => {
      const { store, dump } = opened();
      await store.putTarget(targetOf());
      await store.commit(SCOPE, markedCommit("first", "web"));
      await store.holdPlan(SCOPE, markedHold("held", "web").plan, NOW, []);
      const shown = (id: string, workload: string, at: number, scope = SCOPE) =>
        planOf(id, 1, [], { ...scope, workload, state: "proposed", createdAt: NOW + at });
      await store.propose(STAGING, shown("theirs", "web", 0, STAGING));
      for (let at = 0; at < KEPT; at += 1) await store.propose(SCOPE, shown(`p-${at}`, "web", at));
      await store.propose(SCOPE, shown("only", "api", 0));
      const [change] = shownOf(changeOf("chg_1", [markedCommit("x", "web")]));
      await store.proposeChange(SCOPE, change, [
        shown("new-web", "web", KEPT),
        shown("new-api", "api", KEPT),
      ]);
      expect(await store.plan(SCOPE.project, "p-0")).toBe(undefined);
      const stay = ["p-1", "only", "new-web", "new-api", "theirs", "plan-first-web", "plan-held-web"];
      expect((await store.plansById(SCOPE.project, stay)).map(({ id }) => id)).toEqual(stay);
      expect((await dump())["plans"]).toHaveLength(KEPT + 5);
    });

    test("of an environment's proposed changes the newest hundred are kept, and every committed one", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const shown = (id: string, at: number, scope = SCOPE) =>
        shownOf(changeOf(id, [], [], { ...scope, createdAt: NOW + at }));
      await store.commitChange(SCOPE, changeOf("done", [markedCommit("x", "web")]));
      await store.proposeChange(STAGING, ...shown("theirs", 0, STAGING));
      for (let at = 0; at <= KEPT; at += 1) await store.proposeChange(SCOPE, ...shown(`chg-${at}`, at));
      const there = async (id: string) => (await store.change(SCOPE.project, id)) !== undefined;
      expect(await there("chg-0")).toBe(false);
      for (const id of ["chg-1", `chg-${KEPT}`, "done", "theirs"]) expect(await there(id)).toBe(true);
    });
  });
}
