import { commitStatements } from "./commit-statements.ts";
import type { Database } from "./database.ts";
import type { Scope } from "./store.ts";
import type { Commit, CommitOutcome, CommitResult, CommitStore } from "./commit-store.ts";
import { budgetFaults, whyNot, type Reason } from "./why-not.ts";
import { written } from "./written.ts";

/** The most workloads of one `commitMany`. */
export const MAX_COMMITS = 500;
/** Batches tried with what the last one's readings left over, before each commit is tried alone. */
const MAX_BATCHES = 3;
/** Tries of one commit that a budget refused and that has room by the time the reason is read. */
const MAX_TRIES = 3;

/** The one door through which a plan becomes the one in force. */
export function commits(db: Database): CommitStore {
  return {
    async commit(scope, commit) {
      let last: Error | undefined;
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        last = await written(db, commitStatements(db, scope, [commit]));
        if (last === undefined) return { ok: true };
        const { result, fault } = (await whyNotAlone(db, scope, [commit]))[0] ?? {};
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
        const error = await written(db, commitStatements(db, scope, open));
        const reasons = error === undefined ? undefined : await whyNotAlone(db, scope, open);
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

// Of many, each is judged as if it came alone: those that have room are written, and the next try tells what is left for the rest.
async function whyNotAlone(db: Database, scope: Scope, list: readonly Commit[]): Promise<readonly Reason[]> {
  const reasons = await whyNot(db, scope, list);
  return Promise.all(
    reasons.map(async (reason, at) => {
      const commit = reason.result === undefined && reason.fault === undefined ? list[at] : undefined;
      if (commit === undefined) return reason;
      const faults = await budgetFaults(db, scope, [commit]);
      return { ...reason, fault: faults.get(commit.workload.name) };
    }),
  );
}

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
