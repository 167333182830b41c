import { describe, expect, test } from "vitest";
import type { Plan, Unit } from "../../../src/domain/plan.ts";
import type { Opened } from "../contract.ts";
import { claimed, commitOf, NOW, planOf, SCOPE, targetOf, unitOf } from "../fixtures.ts";

const HALF_OF_WHAT_ROWS_KEEP = "ü".repeat(50_000);

export function plansContract(opened: Opened): void {
  describe("plans and their units", () => {
    test("a plan is read as it was committed, whatever becomes of its units", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const first = planOf("first", 1, [unitOf("u-b"), unitOf("u-a")]);
      await store.commit(SCOPE, commitOf(1, { plan: first, newUnits: first.units }));
      const kept: Unit = { ...unitOf("u-a"), replicas: { min: 4, max: 8 } };
      const added = unitOf("u-c", { birth: 2 });
      const second = planOf("second", 2, [added, kept], { parent: "first" });
      const rescaled = [{ id: kept.id, replicas: kept.replicas }];
      await store.commit(SCOPE, commitOf(2, { plan: second, newUnits: [added], rescaled }));
      const claim = await claimed(store);
      expect([claim.parent?.units, claim.plan]).toEqual([first.units, second]);
      const gone = ["u-a", "u-b", "u-c"].map((id) => ({ id, state: "gone", because: "test" }) as const);
      await store.record(claim, { units: gone, release: true, now: NOW });
      const third = planOf("third", 3, [], { trigger: "destroy" });
      await store.commit(SCOPE, commitOf(3, { plan: third, newUnits: [] }));
      const superseded = { state: "superseded", endedAt: NOW } as const;
      const all: readonly Plan[] = [third, { ...second, ...superseded }, { ...first, ...superseded }];
      expect(await store.plans(SCOPE, "web", 10)).toEqual(all);
      expect(await Promise.all(all.map(({ id }) => store.plan(SCOPE.project, id)))).toEqual(all);
    });

    test("a dry run has its units before they have rows, and after it was committed as shown", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const shown = planOf("shown", 1, [unitOf("u-a"), unitOf("u-b")], { state: "proposed" });
      await store.propose(SCOPE, shown);
      expect(await store.plan(SCOPE.project, "shown")).toEqual(shown);
      const plan: Plan = { ...shown, state: "pending" };
      await store.commit(SCOPE, commitOf(1, { plan, newUnits: plan.units }));
      expect(await store.plan(SCOPE.project, "shown")).toEqual(plan);
    });

    test("what the rows of a plan's units hold is not stored with the plan again", async () => {
      const { store, dump } = opened();
      await store.putTarget(targetOf());
      const plan = planOf("first", 1, [unitOf("u-a"), unitOf("u-b")]);
      await store.commit(SCOPE, commitOf(1, { plan, newUnits: plan.units }));
      const [row] = (await dump())["plans"] ?? [];
      expect(row).toMatchObject({ born: '["u-a","u-b"]' });
      expect(JSON.stringify(row)).not.toContain("GREETING");
    });

    test("units too large to be read with their plan at once stand in it, with what they have alike once", async () => {
      const { store, dump } = opened();
      await store.putTarget(targetOf());
      const template = { ...unitOf("x").template, env: { LARGE: HALF_OF_WHAT_ROWS_KEEP } };
      const units = Array.from({ length: 20 }, (_, at) => unitOf(`u-${at}`, { template }));
      const plan = planOf("large", 1, units);
      await store.commit(SCOPE, commitOf(1, { plan, newUnits: units }));
      expect(await store.plan(SCOPE.project, "large")).toEqual(plan);
      const [row] = (await dump())["plans"] ?? [];
      expect(JSON.stringify(row).split(HALF_OF_WHAT_ROWS_KEEP)).toHaveLength(2);
    });
  });
}
