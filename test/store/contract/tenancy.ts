import { describe, expect, test } from "vitest";
import type { Scope, Store } from "../../../src/store/store.ts";
import type { Opened } from "../contract.ts";
import { claimed, eventOf, NOW, OTHER, planOf, routeOf, SCOPE, withWorkload } from "../fixtures.ts";

const STAGING: Scope = { ...SCOPE, environment: "staging" };

export function tenancyContract(opened: Opened): void {
  describe("tenants", () => {
    test.each([
      ["project", OTHER],
      ["environment", STAGING],
    ])("no call of another %s sees or changes a row", async (_what, stranger) => {
      const { store, dump } = opened();
      await withWorkload(store);
      const claim = await claimed(store);
      await store.record(claim, { route: routeOf(["web.example"]), release: true, now: NOW });
      await store.putOverride(SCOPE, "web", { reason: "r", actor: "a", createdAt: NOW });
      const before = await dump();
      expect(await everything(store, stranger)).toEqual(NOTHING);
      await store.clearOverrides(stranger, "web");
      await store.makeDue(stranger, "web", 1);
      expect(await store.record({ ...claim, scope: stranger }, { removeWorkload: true, now: NOW })).toBe(
        false,
      );
      expect(await dump()).toEqual(before);
    });

    test("the same names live side by side, and each is recorded apart", async () => {
      const { store } = opened();
      for (const scope of [SCOPE, OTHER]) await withWorkload(store, scope);
      const first = await claimed(store);
      await store.record(first, { plan: { id: first.plan.id, state: "failed" }, release: true, now: NOW });
      await store.appendEvent(first.scope, "web", eventOf("failed"));
      const other = first.scope.project === SCOPE.project ? OTHER : SCOPE;
      expect((await store.workload(other, "web"))?.state).toBe("pending");
      expect(await store.events(other, "web", 0, 10)).toHaveLength(1);
      expect(await store.events(first.scope, "web", 0, 10)).toHaveLength(2);
    });

    test("a plan's id is its project's own", async () => {
      const { store } = opened();
      await store.propose(SCOPE, planOf("same", 1, [], { state: "proposed", reason: "mine" }));
      await store.propose(OTHER, planOf("same", 1, [], { ...OTHER, state: "proposed", reason: "theirs" }));
      expect((await store.plan(SCOPE.project, "same"))?.reason).toBe("mine");
      expect((await store.plan(OTHER.project, "same"))?.reason).toBe("theirs");
    });

    test("a call without an environment does not type-check", () => {
      const { store } = opened();
      // @ts-expect-error: the environment is missing
      const call = (): unknown => store.workload({ project: "p1" }, "web");
      expect(call).toBeTypeOf("function");
    });
  });
}

const NOTHING = {
  workload: undefined,
  workloads: [],
  revisions: [],
  revision: undefined,
  plan: undefined,
  plans: [],
  last: 0,
  units: [],
  ids: new Set(),
  overrides: [],
  events: [],
  route: undefined,
};

async function everything(store: Store, scope: Scope) {
  return {
    workload: await store.workload(scope, "web"),
    workloads: await store.workloads(scope, { limit: 10 }),
    revisions: await store.revisions(scope, "web", 10),
    revision: await store.revision(scope, "web", "r1"),
    // A plan is asked for by project alone.
    plan: scope.project === SCOPE.project ? undefined : await store.plan(scope.project, "plan-p1-web-1"),
    plans: await store.plans(scope, "web", 10),
    last: await store.lastGeneration(scope, "web"),
    units: await store.units(scope, "web"),
    ids: await store.unitIds(scope, "web"),
    overrides: await store.overrides(scope, "web", NOW),
    events: await store.events(scope, "web", 0, 10),
    route: await store.routeByName(scope.project, scope.environment, "web"),
  };
}
