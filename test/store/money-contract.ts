import { describe, expect, test } from "vitest";
import type { Budget } from "../../src/domain/budget.ts";
import type { OpenStore } from "./contract.ts";
import { costing } from "./costing.ts";
import { claimed, NOW, OTHER, SCOPE, targetOf } from "./fixtures.ts";
import { openedStore } from "./opened-store.ts";

/** What the store guarantees of money, on any engine. */
export function moneyContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`money on ${name}`, () => {
    const opened = openedStore(open, (store) => store.putTarget(targetOf(), 0));

    const cap = (usdPerMonth: string, over: Partial<Budget> = {}, at = 100) =>
      opened().store.putBudget(
        {
          project: SCOPE.project,
          name: "team",
          usdPerMonth,
          select: {},
          ladder: [{ atPercent: at, do: "block-new", graceMinutes: 0 }],
          ...over,
        },
        NOW,
      );
    const refused = (promise: Promise<unknown>) =>
      expect(promise).rejects.toMatchObject({ code: "budget-exceeded" });
    const held = async () =>
      (await opened().store.reservations(SCOPE.project)).map(({ workload, ceilingUsd }) => [
        workload,
        ceilingUsd,
      ]);

    test("of commits that pass a cap together, those that fit win, and no loser leaves a row", async () => {
      const { store, second, dump } = opened();
      await cap("100");
      const commits = ["a", "b", "c", "d", "e"].map((workload) => costing(workload, "30"));
      const results = await Promise.allSettled(
        commits.map((commit, at) => (at % 2 === 0 ? store : second).commit(SCOPE, commit)),
      );
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
      const text = JSON.stringify(await dump());
      for (const [at, { workload }] of commits.entries()) {
        const won = results[at]?.status === "fulfilled";
        expect(text.includes(`workload-p1-${workload.name}`)).toBe(won);
        if (results[at]?.status === "rejected") {
          const { reason }: { readonly reason: unknown } = results[at];
          expect(reason).toMatchObject({
            code: "budget-exceeded",
            extra: { budget: "team", capUsd: "100", reservedUsd: "90", wantedUsd: "30" },
          });
        }
      }
      expect(await held()).toHaveLength(3);
    });

    test("many commits in one batch keep a cap as one by one", async () => {
      const { store } = opened();
      await cap("100");
      const outcomes = await store.commitMany(
        SCOPE,
        ["a", "b", "c", "d"].map((workload) => costing(workload, "40")),
      );
      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(2);
      expect(await held()).toEqual([
        ["a", "40"],
        ["b", "40"],
      ]);
    });

    test("the part of the budget at which the ladder first blocks is the cap; a ladder that only warns has none", async () => {
      const { store } = opened();
      await cap("100", {}, 50);
      await refused(store.commit(SCOPE, costing("a", "50.000001")));
      await store.commit(SCOPE, costing("a", "50"));
      await cap("10", { ladder: [{ atPercent: 80, do: "warn", graceMinutes: 0 }] });
      await store.commit(SCOPE, costing("b", "1000"));
      expect(await held()).toHaveLength(2);
    });

    test("a budget counts the environments and labels it selects, and nothing of another project", async () => {
      const { store } = opened();
      await cap("10", { select: { environments: ["staging"] } });
      await store.commit(SCOPE, costing("a", "50"));
      await cap("10", { select: { workloads: { team: "other" } } });
      await store.commit(SCOPE, costing("b", "50"));
      await cap("10", { select: { environments: ["production"], workloads: { team: "shop" } } });
      await refused(store.commit(SCOPE, costing("c", "50")));
      await store.commit(OTHER, costing("c", "50", 1, {}, OTHER));
    });

    test("an emergency and an override pass a cap, and are counted all the same", async () => {
      const { store } = opened();
      await cap("10");
      const emergency = costing("a", "50");
      if (emergency.money === undefined) throw new Error("the fixture costs something");
      await store.commit(SCOPE, { ...emergency, money: { ...emergency.money, passesBudgets: true } });
      await cap("10", { overrideUntil: NOW + 1 });
      await store.commit(SCOPE, costing("b", "5"));
      await cap("60");
      await refused(store.commit(SCOPE, costing("c", "6")));
      await store.commit(SCOPE, costing("c", "5"));
    });

    test("what costs the same or less passes a budget that is full already", async () => {
      const { store } = opened();
      await store.commit(SCOPE, costing("a", "50"));
      await cap("10");
      await store.commit(SCOPE, costing("a", "50", 2));
      await store.commit(SCOPE, costing("a", "20", 3));
      await refused(store.commit(SCOPE, costing("a", "60", 4)));
    });

    test("the plan before counts until the new one is ready, for it may come back", async () => {
      const { store } = opened();
      await cap("100");
      await store.commit(SCOPE, costing("a", "80"));
      await ready(store);
      await store.commit(SCOPE, costing("a", "20", 2, { parent: "plan-p1-a-1" }));
      expect(await held()).toEqual([["a", "80"]]);
      await refused(store.commit(SCOPE, costing("b", "30")));
      await ready(store);
      expect(await held()).toEqual([["a", "20"]]);
      await store.commit(SCOPE, costing("b", "80"));
    });

    test("a plan that is rolled back, superseded or removed holds nothing any more", async () => {
      const { store } = opened();
      await cap("100");
      await store.commit(SCOPE, costing("a", "20"));
      await ready(store);
      await store.commit(SCOPE, costing("a", "90", 2, { parent: "plan-p1-a-1" }));
      await store.commit(SCOPE, costing("a", "60", 3, { parent: "plan-p1-a-1" }));
      expect(await held()).toEqual([["a", "60"]]);
      const claim = await claimed(store);
      const back = { id: claim.plan.id, state: "rolled-back" as const };
      await store.record(claim, { plan: back, restorePlan: "plan-p1-a-1", release: true, now: NOW });
      expect(await held()).toEqual([["a", "20"]]);
      await store.commit(SCOPE, costing("a", "0", 4, { units: [], parent: "plan-p1-a-1" }));
      const last = await claimed(store);
      const gone = last.units.map(({ unit }) => ({ id: unit.id, state: "gone" as const }));
      await store.record(last, { units: gone, now: NOW });
      await store.record(last, { removeWorkload: true, release: true, now: NOW });
      expect(await held()).toEqual([]);
      await store.commit(SCOPE, costing("b", "100"));
    });

    test("a budget is stored over the version that was read, and another amount begins its steps anew", async () => {
      const { store } = opened();
      expect((await cap("10"))?.version).toBe(1);
      const budget = { project: SCOPE.project, name: "team", usdPerMonth: "20", select: {}, ladder: [] };
      expect(await store.putBudget(budget, NOW, 7)).toBeUndefined();
      expect(await store.putBudget(budget, NOW, 0)).toBeUndefined();
      const step = {
        project: SCOPE.project,
        budget: "team",
        month: "2027-01",
        do: "warn" as const,
        atPercent: 80,
      };
      const said = { ...step, announcedAt: NOW, actsAt: NOW, spendUsd: "8" };
      expect([await store.announceStep(said), await store.announceStep(said)]).toEqual([true, false]);
      expect([await store.finishStep(said, NOW, "told"), await store.finishStep(said, NOW, "again")]).toEqual(
        [true, false],
      );
      await cap("10", { overrideUntil: NOW + 5 });
      expect(await store.budgetSteps(SCOPE.project, "2027-01")).toHaveLength(1);
      expect((await store.putBudget(budget, NOW, 2))?.version).toBe(3);
      expect(await store.budgetSteps(SCOPE.project, "2027-01")).toEqual([]);
      expect([
        await store.deleteBudget(SCOPE.project, "team"),
        await store.deleteBudget(SCOPE.project, "team"),
      ]).toEqual([true, false]);
    });
  });
}

async function ready(store: OpenStore["store"]): Promise<void> {
  const claim = await claimed(store);
  await store.record(claim, { plan: { id: claim.plan.id, state: "ready" }, release: true, now: NOW });
}
