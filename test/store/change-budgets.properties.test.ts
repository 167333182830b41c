import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Fault } from "../../src/domain/fault.ts";
import { add, compare } from "../../src/domain/money.ts";
import type { Commit, Store } from "../../src/store/store.ts";
import { openTemporaryStore } from "../routes/temporary-store.ts";
import { changeOf, costingCommit } from "./changes.ts";
import { claimed, NOW, SCOPE, targetOf } from "./fixtures.ts";

const TIERS = ["web", "db"] as const;
const budget = fc.record({
  cap: fc.integer({ min: 20, max: 150 }),
  tier: fc.constantFrom(undefined, ...TIERS),
});
const member = fc.record({
  name: fc.constantFrom("a", "b", "c", "d"),
  usd: fc.integer({ min: 0, max: 80 }),
  tier: fc.constantFrom(...TIERS),
  passes: fc.constantFrom(false, false, false, false, true),
});
type Budgeted = typeof budget extends fc.Arbitrary<infer One> ? One : never;
type Member = typeof member extends fc.Arbitrary<infer One> ? One : never;
/** A change of some workloads, and whether what is on its way becomes ready after it. */
const step = fc.record({
  members: fc.uniqueArray(member, { minLength: 1, maxLength: 4, selector: ({ name }) => name }),
  settles: fc.boolean(),
});

test("whatever budgets, labels and plans before, a change is written or told which budgets are in its way, with numbers that say so", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(budget, { minLength: 1, maxLength: 2 }),
      fc.array(step, { minLength: 2, maxLength: 6 }),
      async (budgets, steps) => {
        const { store, close } = await openTemporaryStore();
        try {
          await store.putTarget(targetOf());
          for (const [at, { cap, tier }] of budgets.entries())
            await putBudget(store, `budget-${at}`, cap, tier);
          for (const [at, { members, settles }] of steps.entries()) {
            await tryChange(store, `step-${at}`, members, budgets);
            if (settles) await settleAll(store);
          }
        } finally {
          await close();
        }
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);

async function tryChange(
  store: Store,
  id: string,
  members: readonly Member[],
  budgets: readonly Budgeted[],
): Promise<void> {
  const commits: Commit[] = [];
  for (const { name, usd, tier, passes } of members) {
    const before = await store.workload(SCOPE, name);
    const generation = (before?.generation ?? 0) + 1;
    const plan = { generation, parent: before?.plan, units: [] };
    const commit = costingCommit(id, name, String(usd), plan);
    const money = commit.money && { ...commit.money, passesBudgets: passes };
    commits.push({ ...commit, money, workload: { ...commit.workload, labels: { tier } } });
  }
  const result = await store.commitChange(SCOPE, changeOf(id, commits));
  if (result.ok) return;
  expect(result.refused.length).toBeGreaterThan(0);
  for (const { workload, error } of result.refused) {
    if (!(error instanceof Fault)) throw new Error(`${workload} was refused without a word`);
    expect(error.code).toBe("budget-exceeded");
    const { capUsd, reservedUsd, wantedUsd, togetherUsd = wantedUsd } = error.extra;
    expect(compare(add(String(reservedUsd), String(togetherUsd)), String(capUsd))).toBe(1);
    const one = members.find(({ name }) => name === workload);
    expect(one?.passes).toBe(false);
    const { tier } = budgets[Number(String(error.extra["budget"]).split("-").at(-1))] ?? {};
    expect([undefined, one?.tier]).toContain(tier);
  }
}

async function settleAll(store: Store): Promise<void> {
  while ((await store.nextDue()) !== undefined) {
    const claim = await claimed(store);
    const plan = { id: claim.plan.id, state: "ready" } as const;
    await store.record(claim, { plan, release: true, now: NOW });
  }
}

async function putBudget(store: Store, name: string, cap: number, tier: string | undefined): Promise<void> {
  const ladder = [{ atPercent: 100, do: "block-new", graceMinutes: 0 }] as const;
  const select = tier === undefined ? {} : { workloads: { tier } };
  await store.putBudget({ project: SCOPE.project, name, usdPerMonth: String(cap), select, ladder }, NOW);
}
