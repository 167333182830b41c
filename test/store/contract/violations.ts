import { describe, expect, test } from "vitest";
import type { StoredViolation } from "../../../src/store/violation-store.ts";
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

export function violationsContract(opened: Opened): void {
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
