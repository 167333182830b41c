import { and, eq, inArray, not, or, sql } from "drizzle-orm";
import { plans, workloads } from "../../db/schema.ts";
import { Fault } from "../domain/fault.ts";
import { changeReads } from "./change-reads.ts";
import { changeStatements, proposalStatements } from "./change-statements.ts";
import {
  type ChangeCommit,
  type ChangeResult,
  type ChangeStore,
  MAX_MEMBERS,
  type StoredChange,
} from "./change-store.ts";
import type { Database } from "./database.ts";
import type { Scope } from "./store.ts";
import { budgetFaults, whyNot } from "./why-not.ts";
import { written } from "./written.ts";

/** Tries of one change that a budget refused and that has room by the time the reason is read. */
const MAX_TRIES = 3;

type Refusals = Extract<ChangeResult, { readonly ok: false }>["refused"];

/** Changes of several workloads: kept as they were shown, and committed whole or not at all. */
export function changeStore(db: Database): ChangeStore {
  const { change: read, ...reads } = changeReads(db);
  return {
    ...reads,
    change: read,
    async proposeChange(scope, change, shown) {
      assertSmall(shown.map(({ workload }) => workload));
      const error = await written(db, proposalStatements(db, scope, change, shown));
      if (error !== undefined) throw error;
    },
    async commitChange(scope, whole) {
      assertSmall(workloadsOf(whole));
      let last: Error | undefined;
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        last = await written(db, changeStatements(db, scope, whole));
        if (last === undefined) return { ok: true };
        const kept = await read(scope.project, whole.change.id);
        if (kept !== undefined && isSame(kept, whole.change)) return { ok: true };
        const closed = kept && whyClosed(kept, scope);
        const refused = closed === undefined ? await refusals(db, scope, whole) : refuseAll(whole, closed);
        if (refused.length > 0) return { ok: false, refused };
        // Only what a budget refused can be in order again by the time it is read.
        if (whole.commits.every(({ money }) => money === undefined)) break;
      }
      throw last;
    },
  };
}

function assertSmall(names: readonly string[]): void {
  if (names.length > MAX_MEMBERS) throw new Error(`more than ${MAX_MEMBERS} workloads in a change`);
  if (new Set(names).size < names.length) throw new Error("two plans of one workload in a change");
}

const workloadsOf = ({ commits, held }: ChangeCommit): readonly string[] =>
  [...commits, ...held].map(({ plan }) => plan.workload);

// The answer of an earlier try was lost: this very change is committed.
function isSame(kept: StoredChange, change: StoredChange): boolean {
  const plansOf = ({ environment, members }: StoredChange) =>
    JSON.stringify([environment, ...members.map(({ plan }) => plan).toSorted()]);
  return kept.state === "committed" && plansOf(kept) === plansOf(change);
}

function whyClosed({ id, environment, state }: StoredChange, scope: Scope): string | undefined {
  if (environment !== scope.environment) return `Change ${id} was made for ${environment}: commit it there.`;
  if (state === "proposed") return undefined;
  return `Change ${id} is committed already, with other plans: read it, or ask for another.`;
}

function refuseAll(whole: ChangeCommit, sentence: string): Refusals {
  return workloadsOf(whole).map((workload) => ({ workload, error: new Fault("conflict", sentence) }));
}

/** What stands against each workload of a change that was not written; empty where the rows say nothing against it any more. */
async function refusals(db: Database, scope: Scope, { commits, held }: ChangeCommit): Promise<Refusals> {
  const reasons = await whyNot(db, scope, commits);
  const faults = await budgetFaults(db, scope, commits);
  const ofCommits = commits.flatMap(({ workload: { name: workload } }, at): Refusals => {
    const { result, fault, generation } = reasons[at] ?? {};
    // Committed by itself, it is ahead of the others: that is somebody else's doing, too.
    if (result !== undefined) return [{ workload, generation }];
    const error = fault ?? faults.get(workload);
    return error === undefined ? [] : [{ workload, error }];
  });
  return [...ofCommits, ...(await refusedHolds(db, scope, held))];
}

/** Plans that were to be held and have gone on since they were shown. */
async function refusedHolds(db: Database, scope: Scope, held: ChangeCommit["held"]): Promise<Refusals> {
  const ids = JSON.stringify(held.map(({ plan }) => plan.id));
  const rows = await db
    .select({
      id: plans.id,
      workload: plans.workload,
      state: plans.state,
      committed: plans.committed,
      generation: workloads.generation,
    })
    .from(plans)
    .leftJoin(
      workloads,
      and(
        eq(workloads.project, plans.project),
        eq(workloads.environment, plans.environment),
        eq(workloads.name, plans.workload),
      ),
    )
    .where(
      and(
        eq(plans.project, scope.project),
        eq(plans.environment, scope.environment),
        sql`${plans.id} in (select value from json_each(${ids}))`,
        or(eq(plans.committed, true), not(inArray(plans.state, ["proposed", "held"]))),
      ),
    );
  return rows.map(({ id, workload, state, committed, generation }) =>
    committed
      ? { workload, generation: generation ?? undefined }
      : {
          workload,
          error: new Fault(
            "conflict",
            `Plan ${id} of ${workload} is ${state} already: ask for the change anew.`,
          ),
        },
  );
}
