import { inArray, sql, type SQL } from "drizzle-orm";
import { plans, revisions, units, workloads } from "../../db/schema.ts";
import {
  countKept,
  currentGeneration,
  guardFields,
  highestGeneration,
  isBeyondBound,
  targetIdOf,
} from "./commit-guard.ts";
import type { Unit } from "../domain/plan.ts";
import type { Database, Statement } from "./database.ts";
import { entriesOf } from "./entries.ts";
import { insertEventLists } from "./events.ts";
import { supersedeHeld } from "./holds.ts";
import { entryField, insertRows } from "./insert-rows.ts";
import { all } from "./keys.ts";
import { noteTerms } from "./meter-facts.ts";
import { insertOverride } from "./overrides.ts";
import { planEntry } from "./plan-row.ts";
import { reserve } from "./reservations.ts";
import { jsonLists, textsThatFit } from "./row-size.ts";
import type { Commit, Scope } from "./store.ts";
import { unitEntry } from "./unit-row.ts";

/** New units, and their rows: a plan leaves to those what they hold. */
type NewUnits = ReadonlyMap<Unit, ReturnType<typeof unitEntry>>;

/**
 * Everything some commits write, each of a workload of its own, the tripwires first: a loser raises there, and nothing of the batch
 * is left behind.
 */
export function commitStatements(
  db: Database,
  scope: Scope,
  commits: readonly Commit[],
): readonly Statement[] {
  const newUnits = new Map(
    commits.flatMap((commit) => commit.newUnits.map((unit) => [unit, unitEntry(unit)])),
  );
  return [
    ...insertPlans(db, scope, commits, newUnits),
    ...supersedeOpenPlans(db, scope, commits),
    ...supersedeHeld(
      db,
      scope,
      commits.map(({ workload, plan, now }) => ({ id: workload.name, except: plan.id, now })),
    ),
    ...insertRevisions(db, scope, commits),
    ...insertUnits(db, scope, commits, newUnits),
    ...rescaleUnits(db, scope, commits),
    ...noteTerms(db, scope, commits),
    ...reserve(db, scope, commits),
    ...putWorkloads(db, scope, commits),
    ...commits.flatMap(({ workload, override, now }) =>
      override === undefined ? [] : insertOverride(db, scope, workload.name, override, now),
    ),
    ...insertEventLists(
      db,
      scope,
      commits.map(({ workload, events }) => ({ workload: workload.name, events })),
    ),
  ];
}

/**
 * The tripwire. A committed plan needs a generation (a check of the table), and it gets one only when the workload still
 * is at the generation this plan was decided from, the number is the next one, and every kept unit is still wanted.
 * Otherwise null raises, as it does when the proposal or held plan with this id has been committed already, or has ended.
 */
function insertPlans(
  db: Database,
  scope: Scope,
  commits: readonly Commit[],
  newUnits: NewUnits,
): readonly Statement[] {
  const rows = commits.map((commit) => ({
    ...planEntry(commit.plan, newUnits),
    ...inScope(scope),
    committed: true,
    generation: commit.plan.generation,
    ...guardFields(commit),
  }));
  const generation = sql`case when ${currentGeneration(scope)} is ${entryField("expected")}
    and ${entryField("generation")} = 1 + ${highestGeneration(scope)}
    and ${countKept(scope)} = json_array_length(entry.value, '$.kept')
    and not ${isBeyondBound(scope)} then ${entryField("generation")} end`;
  const proposed = sql`case when plans.committed = 0 and plans.state in ('proposed', 'held')
    and plans.workload = excluded.workload then excluded.generation end`;
  return insertRows(db, plans, rows, { generation }).map((insert) =>
    insert.onConflictDoUpdate({
      target: [plans.project, plans.environment, plans.id],
      set: {
        committed: sql`1`,
        generation: proposed,
        body: sql`excluded.body`,
        born: sql`excluded.born`,
        state: sql`excluded.state`,
        stateReason: sql`excluded.state_reason`,
        logTail: sql`excluded.log_tail`,
        createdAt: sql`excluded.created_at`,
        lookAt: sql`null`,
      },
    }),
  );
}

// A plan that became ready stays ready in history; one that was still on its way is overtaken.
function supersedeOpenPlans(db: Database, scope: Scope, commits: readonly Commit[]): readonly Statement[] {
  const entries = commits.flatMap(({ plan, workload, now }) =>
    plan.generation === 1 ? [] : [{ id: workload.name, generation: plan.generation, now, ...inScope(scope) }],
  );
  return jsonLists(entries).map((list) =>
    db
      .update(plans)
      .set({ state: "superseded", endedAt: sql`${entryField("now")}` })
      .from(entriesOf(list))
      .where(
        all(
          ofEntry(plans, sql`entry.id`),
          sql`committed`,
          sql`${plans.generation} < ${entryField("generation")}`,
          inArray(plans.state, ["pending", "progressing", "held"]),
        ),
      ),
  );
}

function insertRevisions(db: Database, scope: Scope, commits: readonly Commit[]): readonly Statement[] {
  const rows = commits.map(({ revision, workload }) => {
    const { hash, number, spec, document, digest, images, source, createdAt } = revision;
    const texts = textsThatFit(`The spec of ${workload.name}`, { spec, document, source });
    return { ...inScope(scope), workload: workload.name, hash, number, digest, images, createdAt, ...texts };
  });
  return insertRows(db, revisions, rows).map((insert) => insert.onConflictDoNothing());
}

function insertUnits(
  db: Database,
  scope: Scope,
  commits: readonly Commit[],
  newUnits: NewUnits,
): readonly Statement[] {
  const rows = commits.flatMap((commit) =>
    commit.newUnits.map((unit) => ({
      ...newUnits.get(unit),
      ...inScope(scope),
      workload: commit.workload.name,
      state: "wanted" as const,
    })),
  );
  return insertRows(db, units, rows, { target: targetIdOf(scope, entryField("targetName")) });
}

function rescaleUnits(db: Database, scope: Scope, commits: readonly Commit[]): readonly Statement[] {
  const entries = commits.flatMap(({ workload, rescaled }) =>
    rescaled.map((one) => ({ ...one, workload: workload.name, ...inScope(scope) })),
  );
  return jsonLists(entries).map((list) =>
    db
      .update(units)
      .set({ replicas: sql`entry.value -> '$.replicas'` })
      .from(entriesOf(list))
      .where(all(ofEntry(units, entryField("workload")), sql`${units.id} = entry.id`)),
  );
}

function putWorkloads(db: Database, scope: Scope, commits: readonly Commit[]): readonly Statement[] {
  const rows = commits.map(({ workload, plan, now }) => {
    const { document, labels, name, id, revision, sequence, createdAt } = workload;
    return {
      ...inScope(scope),
      ...textsThatFit(`The document of ${name}`, { document, labels }),
      name,
      id,
      revision,
      sequence,
      createdAt,
      generation: plan.generation,
      plan: plan.id,
      state: plan.state,
      updatedAt: now,
      dueAt: now,
    };
  });
  return insertRows(db, workloads, rows).map((insert) =>
    insert.onConflictDoUpdate({
      target: [workloads.project, workloads.environment, workloads.name],
      set: {
        document: sql`excluded.document`,
        labels: sql`excluded.labels`,
        revision: sql`excluded.revision`,
        generation: sql`excluded.generation`,
        plan: sql`excluded.plan`,
        state: sql`excluded.state`,
        updatedAt: sql`excluded.updated_at`,
        dueAt: sql`excluded.due_at`,
        // The highest ever accepted: a deploy without a number, or a rollback, does not lower it.
        sequence: sql`coalesce(max(sequence, excluded.sequence), sequence, excluded.sequence)`,
      },
    }),
  );
}

// The entry says the whole key, so that SQLite begins with the few entries and not with all rows of an environment.
function ofEntry(table: typeof plans | typeof units, workload: SQL): SQL {
  return sql`${table.project} = ${entryField("project")} and ${table.environment} = ${entryField("environment")}
    and ${table.workload} = ${workload}`;
}

const inScope = ({ project, environment }: Scope) => ({ project, environment });
