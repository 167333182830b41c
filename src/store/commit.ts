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
import { commitStatements } from "./commit-statements.ts";
import type { Database } from "./database.ts";
import { entryField } from "./insert-rows.ts";
import { ofWorkload } from "./keys.ts";
import { jsonLists } from "./row-size.ts";
import { refusalsOf } from "./reservations.ts";
import type { Commit, CommitOutcome, CommitResult, Scope, Store } from "./store.ts";

/** The most workloads of one `commitMany`. */
export const MAX_COMMITS = 500;
/** Batches tried with what the last one's readings left over, before each commit is tried alone. */
const MAX_BATCHES = 3;
/** Tries of one commit that a budget refused and that has room by the time the reason is read. */
const MAX_TRIES = 3;

/** The one door through which a plan becomes the one in force. */
export function commits(db: Database): Pick<Store, "commit" | "commitMany"> {
  return {
    async commit(scope, commit) {
      let last: Error | undefined;
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        last = await written(db, scope, [commit]);
        if (last === undefined) return { ok: true };
        const { result, fault } = (await whyNot(db, scope, [commit]))[0] ?? {};
        if (result !== undefined) return result;
        if (fault !== undefined) throw fault;
        // Only what a budget refused can be in order again by the time it is read.
        if (commit.money === undefined) break;
      }
      throw last;
    },
    async commitMany(scope, list) {
      assertMany(list);
      const outcomes = new Map<Commit, CommitOutcome>();
      let open = list;
      for (let batch = 0; batch < MAX_BATCHES && open.length > 0; batch += 1) {
        const error = await written(db, scope, open);
        const reasons = error === undefined ? undefined : await whyNot(db, scope, open);
        for (const [at, commit] of open.entries()) {
          const outcome = reasons === undefined ? { ok: true as const } : outcomeOf(reasons[at]);
          if (outcome !== undefined) outcomes.set(commit, outcome);
        }
        const left = open.filter((commit) => !outcomes.has(commit));
        // Nothing in the rows speaks against any of them: what raised is found by trying them one by one.
        if (left.length === open.length) break;
        open = left;
      }
      for (const commit of open)
        if (!outcomes.has(commit)) outcomes.set(commit, await alone(this.commit(scope, commit)));
      return list.map((commit) => outcomes.get(commit) ?? missing(commit));
    },
  };
}

async function written(db: Database, scope: Scope, commits: readonly Commit[]): Promise<Error | undefined> {
  const [first, ...rest] = commitStatements(db, scope, commits);
  if (first === undefined) return undefined;
  try {
    await db.batch([first, ...rest]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error("the batch failed", { cause: error });
  }
}

interface Reason {
  readonly result?: CommitResult | undefined;
  readonly fault?: Fault | undefined;
}

// A batch that raised wrote nothing. What the rows say now tells why; an engine's message would only say which statement.
async function whyNot(db: Database, scope: Scope, commits: readonly Commit[]): Promise<readonly Reason[]> {
  const now = await readings(db, scope, commits);
  const missing = await missingTargets(db, scope, commits);
  const reasons = commits.map((commit, at): Reason => {
    const read = now[at];
    if (read === undefined) return {};
    // The answer of an earlier try was lost: this very plan is committed.
    if (read.committedAs === commit.plan.generation) return { result: { ok: true } };
    const generation = read.generation ?? undefined;
    const conflict = { result: { ok: false, generation } } as const;
    if (generation !== commit.expectedGeneration || read.lastGeneration >= commit.plan.generation)
      return conflict;
    if (read.keptUnits !== guardFields(commit).kept.length || read.ended === 1 || read.beyondBound === 1)
      return conflict;
    const gone = commit.newUnits.find(({ place }) => missing.has(place.target ?? NO_TARGET));
    if (gone === undefined) return {};
    const sentence = `Target ${gone.place.target ?? NO_TARGET} is no longer connected: plan again, or connect it.`;
    return { fault: new Fault("conflict", sentence) };
  });
  return Promise.all(
    reasons.map(async (reason, at) => {
      const commit = reason.result === undefined && reason.fault === undefined ? commits[at] : undefined;
      return commit === undefined ? reason : { fault: await budgetFault(db, scope, commit) };
    }),
  );
}

async function budgetFault(db: Database, scope: Scope, commit: Commit): Promise<Fault | undefined> {
  const [refusal] = await refusalsOf(db, scope, commit);
  if (refusal === undefined) return undefined;
  return new Fault("budget-exceeded", refusalText(commit.workload.name, refusal), { extra: { ...refusal } });
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

function outcomeOf(reason: Reason | undefined): CommitOutcome | undefined {
  if (reason?.result !== undefined) return reason.result;
  return reason?.fault === undefined ? undefined : { ok: false, error: reason.fault };
}

async function alone(result: Promise<CommitResult>): Promise<CommitOutcome> {
  try {
    return await result;
  } catch (error) {
    return { ok: false, error };
  }
}

function assertMany(list: readonly Commit[]): void {
  if (list.length > MAX_COMMITS) throw new Error(`more than ${MAX_COMMITS} commits at once`);
  const names = new Set(list.map(({ workload }) => workload.name));
  if (names.size < list.length) throw new Error("two commits of one workload at once");
}

function missing({ plan }: Commit): never {
  throw new Error(`the commit of ${plan.id} was left without an outcome`);
}
