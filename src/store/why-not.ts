import { and, eq, sql } from "drizzle-orm";
import { plans } from "../../db/schema.ts";
import { refusalText } from "../domain/budget.ts";
import { Fault } from "../domain/fault.ts";
import {
  countKept,
  currentGeneration,
  guardFields,
  highestGeneration,
  isBeyondBound,
  targetIdOf,
} from "./commit-guard.ts";
import type { Database } from "./database.ts";
import { entryField } from "./insert-rows.ts";
import { ofWorkload } from "./keys.ts";
import { refusalsOf } from "./reservations.ts";
import { jsonLists } from "./row-size.ts";
import type { Commit, CommitResult, Scope } from "./store.ts";

/** What the rows say of a commit that was not written; nothing where they do not speak against it. */
export interface Reason {
  readonly result?: CommitResult | undefined;
  readonly fault?: Fault | undefined;
  /** The generation that its workload is at. */
  readonly generation?: number | undefined;
}

/**
 * Why a batch of commits raised, for each in the order of the list. A batch that raised wrote nothing. What the rows say now tells why;
 * an engine's message would only say which statement. What budgets say is `budgetFaults`.
 */
export async function whyNot(
  db: Database,
  scope: Scope,
  commits: readonly Commit[],
): Promise<readonly Reason[]> {
  const now = await readings(db, scope, commits);
  const missing = await missingTargets(db, scope, commits);
  return commits.map((commit, at): Reason => {
    const read = now[at];
    if (read === undefined) return {};
    const generation = read.generation ?? undefined;
    // The answer of an earlier try was lost: this very plan is committed.
    if (read.committedAs === commit.plan.generation) return { result: { ok: true }, generation };
    const conflict = { result: { ok: false, generation }, generation } as const;
    if (generation !== commit.expectedGeneration || read.lastGeneration >= commit.plan.generation)
      return conflict;
    if (read.keptUnits !== guardFields(commit).kept.length || read.ended === 1 || read.beyondBound === 1)
      return conflict;
    const gone = commit.newUnits.find(({ place }) => missing.has(place.target ?? NO_TARGET));
    if (gone === undefined) return { generation };
    const sentence = `Target ${gone.place.target ?? NO_TARGET} is no longer connected: plan again, or connect it.`;
    return { fault: new Fault("conflict", sentence), generation };
  });
}

/** Budgets that refuse some commits in one batch, as what each workload that counts towards one is told. */
export async function budgetFaults(
  db: Database,
  scope: Scope,
  commits: readonly Commit[],
): Promise<ReadonlyMap<string, Fault>> {
  const faults = new Map<string, Fault>();
  for (const [workload, [refusal]] of await refusalsOf(db, scope, commits))
    if (refusal !== undefined)
      faults.set(
        workload,
        new Fault("budget-exceeded", refusalText(workload, refusal), { extra: { ...refusal } }),
      );
  return faults;
}

/** What the rows say of each commit, in the order of the list. */
async function readings(db: Database, scope: Scope, commits: readonly Commit[]) {
  const committed = and(ofWorkload(plans, scope, entryField("workload")), eq(plans.id, entryField("plan")));
  const lists = jsonLists(commits.map((commit) => ({ ...guardFields(commit), plan: commit.plan.id })));
  const answers = lists.map((list) =>
    db
      .select({
        generation: currentGeneration(scope),
        committedAs: sql<number | null>`(select ${plans.generation} from ${plans} where ${committed})`,
        ended: sql<number>`exists (select 1 from ${plans} where ${committed}
          and not committed and state not in ('proposed', 'held'))`,
        beyondBound: isBeyondBound(scope),
        lastGeneration: highestGeneration(scope),
        keptUnits: countKept(scope),
      })
      .from(sql`json_each(${list}) entry`)
      .orderBy(sql`entry.key`),
  );
  return (await Promise.all(answers)).flat();
}

/** Names of targets that new units name and that are not connected. */
async function missingTargets(
  db: Database,
  scope: Scope,
  commits: readonly Commit[],
): Promise<ReadonlySet<string>> {
  const names = new Set(
    commits.flatMap(({ newUnits }) => newUnits.map(({ place }) => place.target ?? NO_TARGET)),
  );
  const rows = await db
    .select({ name: sql<string>`wanted.value` })
    .from(sql`json_each(${JSON.stringify([...names])}) wanted`)
    .where(sql`${targetIdOf(scope, sql`wanted.value`)} is null`);
  return new Set(rows.map(({ name }) => name));
}

const NO_TARGET = "(none)";
