import { describe, expect, test } from "vitest";
import type { DueMove, StoredViolation } from "../../../src/store/violation-store.ts";
import type { Opened } from "../contract.ts";
import { commitOf, NOW, OTHER, planOf, SCOPE, withWorkload } from "../fixtures.ts";

const FOUND: StoredViolation = {
  environment: SCOPE.environment,
  workload: "web",
  policy: "eu-only",
  version: 3,
  plan: "plan-p1-web-1",
  place: { provider: "ecs", target: "home", region: "us-east-1" },
  reasons: [{ rule: "policy:jurisdictions", message: "outside the jurisdictions of policy eu-only: EU" }],
  since: NOW,
};

const MOVES: StoredViolation = { ...FOUND, move: { at: NOW, tries: 0 } };
const DUE: DueMove = { ...FOUND, project: SCOPE.project, move: { at: NOW, tries: 0 } };

export function violationsContract(opened: Opened): void {
  movesContract(opened);
  fleetReviewsContract(opened);
  describe("violations", () => {
    test("what runs against a policy is answered while its plan is in force, and not when another one is", async () => {
      const { store } = opened();
      await withWorkload(store);
      expect(await store.noteViolation(SCOPE.project, FOUND)).toBe(true);
      expect(await store.violations(SCOPE.project, { limit: 10 })).toEqual([FOUND]);
      expect(await store.violations(SCOPE.project, { policy: "eu-only", limit: 10 })).toEqual([FOUND]);
      expect(await store.violations(SCOPE.project, { policy: "other", limit: 10 })).toEqual([]);
      expect(await store.violations(OTHER.project, { limit: 10 })).toEqual([]);
      const next = commitOf(2, { plan: planOf("next", 2, []), expectedGeneration: 1, newUnits: [] });
      expect(await store.commit(SCOPE, next)).toEqual({ ok: true });
      expect(await store.violations(SCOPE.project, { limit: 10 })).toEqual([]);
    });

    test("the same finding again writes nothing, and a new one of the same plan keeps its time", async () => {
      const { store, dump } = opened();
      await withWorkload(store);
      await store.noteViolation(SCOPE.project, FOUND);
      const before = (await dump())["violations"];
      expect(await store.noteViolation(SCOPE.project, { ...FOUND, since: NOW + 5 })).toBe(false);
      expect((await dump())["violations"]).toEqual(before);
      expect(await store.noteViolation(SCOPE.project, { ...FOUND, version: 4, since: NOW + 5 })).toBe(true);
      expect(await store.violations(SCOPE.project, { limit: 10 })).toEqual([{ ...FOUND, version: 4 }]);
      expect(await store.noteViolation(SCOPE.project, { ...FOUND, plan: "plan_9", since: NOW + 5 })).toBe(
        true,
      );
      expect((await dump())["violations"]).toMatchObject([{ plan: "plan_9", since: NOW + 5 }]);
    });

    test("what is found in order is forgotten, and of nobody else", async () => {
      const { store } = opened();
      await withWorkload(store);
      await store.noteViolation(SCOPE.project, FOUND);
      expect(await store.clearViolation(OTHER, "web")).toBe(false);
      expect(await store.clearViolation(SCOPE, "web")).toBe(true);
      expect(await store.clearViolation(SCOPE, "web")).toBe(false);
      expect(await store.violations(SCOPE.project, { limit: 10 })).toEqual([]);
    });
  });
}

function movesContract(opened: Opened): void {
  describe("moves of what runs against a policy", () => {
    test("are due at their time, those of a plan that is not in force never, and what is only reported never", async () => {
      const { store } = opened();
      await withWorkload(store);
      await store.noteViolation(SCOPE.project, MOVES);
      expect(await store.movesDue(NOW - 1, 10)).toEqual([]);
      expect(await store.movesDue(NOW, 10)).toEqual([DUE]);
      await store.putOffMove(DUE, NOW + 9);
      expect(await store.movesDue(NOW + 8, 10)).toEqual([]);
      expect(await store.movesDue(NOW + 9, 10)).toMatchObject([{ move: { at: NOW + 9, tries: 0 } }]);
      expect(await store.noteViolation(SCOPE.project, FOUND)).toBe(true);
      expect(await store.movesDue(NOW + 9, 10)).toEqual([]);
      await store.noteViolation(SCOPE.project, { ...MOVES, plan: "plan_9" });
      expect(await store.movesDue(NOW, 10)).toEqual([]);
    });

    test("are begun by one of two processes, and count", async () => {
      const { store, second } = opened();
      await withWorkload(store);
      await store.noteViolation(SCOPE.project, MOVES);
      const begun = [
        await store.beginMove(DUE, "plan_a", NOW + 60),
        await second.beginMove(DUE, "plan_b", NOW + 60),
      ];
      expect(begun).toEqual([true, false]);
      expect(await store.movesDue(NOW + 60, 10)).toEqual([
        { ...DUE, move: { at: NOW + 60, tries: 1, plan: "plan_a" } },
      ]);
    });

    test("go on counting under the same plan and version, and begin anew under another version", async () => {
      const { store } = opened();
      await withWorkload(store);
      await store.noteViolation(SCOPE.project, MOVES);
      await store.beginMove(DUE, "plan_a", NOW + 60);
      const reasons = [{ rule: "policy:regions", message: "another sentence" }];
      expect(await store.noteViolation(SCOPE.project, { ...MOVES, reasons })).toBe(true);
      expect(await store.movesDue(NOW + 60, 10)).toMatchObject([{ reasons, move: { tries: 1 } }]);
      expect(await store.noteViolation(SCOPE.project, { ...MOVES, version: 4 })).toBe(true);
      expect(await store.movesDue(NOW, 10)).toEqual([{ ...DUE, version: 4 }]);
      // Of the version before: what was read then is over.
      expect(await store.beginMove(DUE, "plan_b", NOW + 60)).toBe(false);
      await store.putOffMove(DUE, NOW + 99);
      expect(await store.movesDue(NOW, 10)).toHaveLength(1);
    });
  });
}

function fleetReviewsContract(opened: Opened): void {
  test("the look at a fleet is open while it has a place to go on from, and is kept for each project", async () => {
    const { store } = opened();
    expect(await store.fleetReview(SCOPE.project)).toBeUndefined();
    const begun = { project: SCOPE.project, mark: "m1", after: "" };
    await store.putFleetReview(begun);
    await store.putFleetReview({ project: OTHER.project, mark: "m1" });
    expect(await store.openFleetReviews(10)).toEqual([begun]);
    await store.putFleetReview({ ...begun, after: "production/web" });
    expect(await store.fleetReview(SCOPE.project)).toEqual({ ...begun, after: "production/web" });
    await store.putFleetReview({ project: SCOPE.project, mark: "m1" });
    expect(await store.fleetReview(SCOPE.project)).toEqual({ project: SCOPE.project, mark: "m1" });
    expect(await store.openFleetReviews(10)).toEqual([]);
  });
}
