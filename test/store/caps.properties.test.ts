import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Fault } from "../../src/domain/fault.ts";
import { compare, sum } from "../../src/domain/money.ts";
import type { Commit, Store } from "../../src/store/store.ts";
import { openTemporaryStore } from "../routes/temporary-store.ts";
import { commitOf, NOW, planOf, SCOPE, targetOf } from "./fixtures.ts";

const CAP = "100";
const WORKLOADS = ["a", "b", "c"] as const;
/** Some commits at once, each of a workload of its own, or the end of whatever is on its way. */
const op = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("commit" as const),
      what: fc.uniqueArray(fc.tuple(fc.constantFrom(...WORKLOADS), fc.integer({ min: 0, max: 110 })), {
        minLength: 1,
        maxLength: 3,
        selector: ([workload]) => workload,
      }),
      together: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("ready" as const, "roll-back" as const) }) },
);

interface Known {
  readonly generation: number;
  readonly inForce: string;
  /** The last plan that was ready. */
  readonly parent: string | undefined;
}

test("no interleaving of commits, endings and rollbacks lifts what is held above a cap", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(op, { minLength: 3, maxLength: 10 }), async (ops) => {
      const { store, close } = await openTemporaryStore();
      try {
        await store.putTarget(targetOf(), 0);
        const ladder = [{ atPercent: 100, do: "block-new" as const, graceMinutes: 0 }];
        await store.putBudget(
          { project: SCOPE.project, name: "team", usdPerMonth: CAP, select: {}, ladder },
          NOW,
        );
        const known = new Map<string, Known>();
        for (const one of ops) {
          if (one.do === "commit") await commitAll(store, known, one.what, one.together);
          else await end(store, known, one.do);
          const held = await store.reservations(SCOPE.project);
          expect(compare(sum(held.map(({ ceilingUsd }) => ceilingUsd)), CAP)).not.toBe(1);
          for (const { workload, ceilingUsd } of held)
            expect(compare(ceilingUsd, known.get(workload)?.inForce.split("-").at(-1) ?? "0")).not.toBe(-1);
        }
      } finally {
        await close();
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);

async function commitAll(
  store: Store,
  known: Map<string, Known>,
  what: readonly (readonly [string, number])[],
  together: boolean,
): Promise<void> {
  const commits = what.map(([workload, usd]) => costing(known.get(workload), workload, usd));
  const outcomes = together
    ? await store.commitMany(SCOPE, commits)
    : await Promise.all(
        commits.map(async (commit) => {
          try {
            return await store.commit(SCOPE, commit);
          } catch (error) {
            if (!(error instanceof Fault) || error.code !== "budget-exceeded") throw error;
            return { ok: false, error };
          }
        }),
      );
  for (const [at, outcome] of outcomes.entries()) {
    const commit = commits[at];
    if (commit === undefined) continue;
    const { name } = commit.workload;
    const before = known.get(name);
    if (outcome.ok)
      known.set(name, {
        generation: commit.plan.generation,
        inForce: commit.plan.id,
        parent: before?.parent,
      });
    else expect(outcome).toMatchObject({ error: { code: "budget-exceeded" } });
  }
}

async function end(store: Store, known: Map<string, Known>, how: "ready" | "roll-back"): Promise<void> {
  const claim = await store.claimDue(NOW, 30_000);
  if (claim === undefined) return;
  const { name } = claim.workload;
  const before = known.get(name);
  if (before === undefined) throw new Error(`nobody committed ${name}`);
  const back = how === "roll-back" && before.parent !== undefined && before.parent !== claim.plan.id;
  const plan = { id: claim.plan.id, state: back ? ("rolled-back" as const) : ("ready" as const) };
  await store.record(claim, {
    plan,
    ...(back ? { restorePlan: before.parent } : {}),
    release: true,
    now: NOW,
  });
  const inForce = back && before.parent !== undefined ? before.parent : claim.plan.id;
  known.set(name, { ...before, inForce, parent: inForce });
}

function costing(before: Known | undefined, workload: string, usd: number): Commit {
  const generation = (before?.generation ?? 0) + 1;
  const id = `plan-${workload}-${generation}-${usd}`;
  const plan = planOf(id, generation, [], { workload, parent: before?.parent });
  const money = { terms: [], ceilingUsd: String(usd), floorUsd: "0", passesBudgets: false };
  return commitOf(generation, { plan, money, expectedGeneration: before?.generation }, SCOPE, workload);
}
