import { describe, expect, test } from "vitest";
import type { Budget } from "../../../src/domain/budget.ts";
import type { Commit, Store } from "../../../src/store/store.ts";
import { changeOf, costingCommit } from "../changes.ts";
import type { Opened } from "../contract.ts";
import { NOW, SCOPE, targetOf } from "../fixtures.ts";

/** What budgets say of changes of several workloads. */
export function changeBudgetsContract(opened: Opened): void {
  describe("a change that passes a budget", () => {
    test("only as a whole is refused, told of each of its workloads with the numbers, and leaves no row", async () => {
      const { store, dump } = opened();
      await prepared(store, "100");
      await store.commit(SCOPE, costingCommit("first", "old", "20"));
      const before = await dump();
      const commits = ["a", "b", "c"].map((name) => costingCommit("x", name, "30"));
      const result = await store.commitChange(SCOPE, changeOf("chg_1", commits));
      const extra = { budget: "team", capUsd: "100", reservedUsd: "20", wantedUsd: "30", togetherUsd: "90" };
      expect(result).toMatchObject({
        ok: false,
        refused: ["a", "b", "c"].map((workload) => ({
          workload,
          error: {
            code: "budget-exceeded",
            message: `Budget team allows 100 USD a month; other workloads hold 20, and those of this change would hold 90 together at scale.max, ${workload} 30 of it. Lower scale.max or the size, free something else, or raise the budget.`,
            extra,
          },
        })),
      });
      expect(await dump()).toEqual(before);
      expect(await store.commitChange(SCOPE, changeOf("chg_1", commits.slice(1)))).toEqual({ ok: true });
    });

    test("is told of by those that would cost more than they do, and by no other", async () => {
      const { store } = opened();
      await prepared(store, "100");
      for (const [name, usd] of [
        ["grows", "20"],
        ["shrinks", "50"],
        ["stays", "20"],
      ] as const)
        await store.commit(SCOPE, costingCommit("first", name, usd));
      const next = (name: string, usd: string) => costingCommit("x", name, usd, { generation: 2 });
      const [shrinks, stays] = [next("shrinks", "40"), next("stays", "20")];
      const result = await store.commitChange(
        SCOPE,
        changeOf("chg_1", [next("grows", "41"), shrinks, stays]),
      );
      expect(result).toMatchObject({
        refused: [
          { workload: "grows", error: { extra: { reservedUsd: "0", wantedUsd: "41", togetherUsd: "101" } } },
        ],
      });
      const fits = changeOf("chg_1", [next("grows", "40"), shrinks, stays]);
      expect(await store.commitChange(SCOPE, fits)).toEqual({ ok: true });
    });

    test("counts those alone that the budget selects, and one by itself as a commit would", async () => {
      const { store } = opened();
      await prepared(store, "50", { select: { workloads: { tier: "db" } } });
      const labelled = (commit: Commit, tier: string): Commit => ({
        ...commit,
        workload: { ...commit.workload, labels: { tier } },
      });
      const web = labelled(costingCommit("x", "web", "1000"), "web");
      const db = (usd: string) => labelled(costingCommit("x", "db", usd), "db");
      const refused = await store.commitChange(SCOPE, changeOf("chg_1", [web, db("51")]));
      const alone = await store.commit(SCOPE, db("51")).catch((error: unknown) => error);
      expect(refused).toEqual({ ok: false, refused: [{ workload: "db", error: alone }] });
      expect(await store.commitChange(SCOPE, changeOf("chg_1", [web, db("50")]))).toEqual({ ok: true });
    });

    test("already, is not told of that while it costs no more, whatever else stands against it", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      for (const name of ["full", "first"]) await store.commit(SCOPE, costingCommit("x", name, "50"));
      await prepared(store, "10");
      const full = costingCommit("y", "full", "50", { generation: 2 });
      expect(
        await store.commitChange(SCOPE, changeOf("chg_1", [full, costingCommit("y", "first", "50")])),
      ).toEqual({
        ok: false,
        refused: [{ workload: "first", generation: 1 }],
      });
    });

    test("in an emergency, or that costs no more than before, is written", async () => {
      const { store } = opened();
      await prepared(store, "10");
      const commits = ["a", "b"].map((name) => passing(costingCommit("x", name, "30")));
      expect(await store.commitChange(SCOPE, changeOf("chg_1", commits))).toEqual({ ok: true });
      const next = [
        costingCommit("y", "a", "40", { generation: 2 }),
        costingCommit("y", "b", "20", { generation: 2 }),
      ];
      expect(await store.commitChange(SCOPE, changeOf("chg_2", next))).toEqual({ ok: true });
    });
  });
}

async function prepared(store: Store, usdPerMonth: string, over: Partial<Budget> = {}): Promise<void> {
  await store.putTarget(targetOf());
  const ladder = [{ atPercent: 100, do: "block-new", graceMinutes: 0 }] as const;
  const budget = { project: SCOPE.project, name: "team", usdPerMonth, select: {}, ladder, ...over };
  await store.putBudget(budget, NOW);
}

function passing(commit: Commit): Commit {
  if (commit.money === undefined) throw new Error("the fixture costs something");
  return { ...commit, money: { ...commit.money, passesBudgets: true } };
}
