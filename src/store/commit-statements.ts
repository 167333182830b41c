import { inArray, lt, sql, type SQL } from "drizzle-orm";
import { plans, revisions, units, workloads } from "../../db/schema.ts";
import { countWanted, highestGeneration, keptUnits, targetIdOf } from "./commit-guard.ts";
import type { Database, Statement } from "./database.ts";
import { entriesOf } from "./entries.ts";
import { assertRowFits, jsonLists } from "./row-size.ts";
import { insertEvents } from "./events.ts";
import { insertFrom } from "./insert-from.ts";
import { all, ofWorkload } from "./keys.ts";
import { insertOverride } from "./overrides.ts";
import { planColumns } from "./plan-row.ts";
import type { Commit, Scope } from "./store.ts";
import { unitEntry } from "./unit-row.ts";
import { workloadKey } from "./workloads.ts";

/** Everything one commit writes, the tripwire first: a loser raises there and leaves no row behind. */
export function commitStatements(db: Database, scope: Scope, commit: Commit): [Statement, ...Statement[]] {
  const { name } = commit.workload;
  const { override, now } = commit;
  return [
    insertPlan(db, scope, commit),
    supersedeOpenPlans(db, scope, commit),
    insertRevision(db, scope, commit),
    ...insertUnits(db, scope, commit),
    ...rescaleUnits(db, scope, commit),
    putWorkload(db, scope, commit),
    ...(override === undefined ? [] : insertOverride(db, scope, name, override, now)),
    ...insertEvents(db, scope, name, commit.events),
  ];
}

/**
 * The tripwire. A committed plan needs a generation (a check of the table), and it gets one only when the workload still
 * is at the generation this plan was decided from, the number is the next one, and every kept unit is still wanted.
 * Otherwise null raises, as it does when the proposal with this id has been committed already.
 */
function insertPlan(db: Database, scope: Scope, commit: Commit): Statement {
  const { plan, workload } = commit;
  const row = { ...planColumns(plan), project: scope.project, environment: scope.environment };
  const kept = keptUnits(commit);
  const generation = sql`case when ${isAtExpected(scope, commit)}
    and ${plan.generation} = 1 + ${highestGeneration(scope, workload.name)}
    and ${countWanted(scope, workload.name, kept)} = ${kept.length} then ${plan.generation} end`;
  const proposed = sql`case when plans.committed = 0 and plans.workload = excluded.workload then excluded.generation end`;
  return db
    .insert(plans)
    .values({ ...row, committed: true, generation })
    .onConflictDoUpdate({
      target: [plans.project, plans.environment, plans.id],
      set: {
        committed: sql`1`,
        generation: proposed,
        body: row.body,
        state: row.state,
        stateReason: row.stateReason,
        logTail: row.logTail,
        createdAt: row.createdAt,
      },
    });
}

function isAtExpected(scope: Scope, { workload, expectedGeneration }: Commit): SQL {
  const key = workloadKey(scope, workload.name);
  if (expectedGeneration === undefined) return sql`not exists (select 1 from ${workloads} where ${key})`;
  return sql`exists (select 1 from ${workloads} where ${key} and ${workloads.generation} = ${expectedGeneration})`;
}

// A plan that became ready stays ready in history; one that was still on its way is overtaken.
function supersedeOpenPlans(db: Database, scope: Scope, { plan, workload, now }: Commit): Statement {
  const before = all(
    ofWorkload(plans, scope, workload.name),
    sql`committed`,
    lt(plans.generation, plan.generation),
    inArray(plans.state, ["pending", "progressing", "held"]),
  );
  return db.update(plans).set({ state: "superseded", endedAt: now }).where(before);
}

function insertRevision(db: Database, scope: Scope, { revision, workload }: Commit): Statement {
  const { hash, number, spec, document, digest = null, source = null, createdAt } = revision;
  assertRowFits(`The spec of ${workload.name}`, [spec, document, source]);
  return db
    .insert(revisions)
    .values({
      project: scope.project,
      environment: scope.environment,
      workload: workload.name,
      hash,
      number,
      spec,
      document,
      digest,
      source,
      createdAt,
    })
    .onConflictDoNothing();
}

function insertUnits(db: Database, scope: Scope, { workload, newUnits }: Commit): readonly Statement[] {
  return jsonLists(newUnits.map(unitEntry)).map((list) =>
    insertFrom(
      db,
      units,
      {
        project: sql`${scope.project}`,
        environment: sql`${scope.environment}`,
        workload: sql`${workload.name}`,
        id: sql`unit.value ->> '$.id'`,
        state: sql`'wanted'`,
        target: targetIdOf(scope, sql`unit.value ->> '$.targetName'`),
        targetName: sql`unit.value ->> '$.targetName'`,
        provider: sql`unit.value ->> '$.provider'`,
        region: sql`unit.value ->> '$.region'`,
        host: sql`unit.value ->> '$.host'`,
        body: sql`unit.value -> '$.body'`,
        replicas: sql`unit.value -> '$.replicas'`,
      },
      sql`json_each(${list}) unit`,
    ),
  );
}

function rescaleUnits(db: Database, scope: Scope, { workload, rescaled }: Commit): readonly Statement[] {
  return jsonLists(rescaled).map((list) =>
    db
      .update(units)
      .set({ replicas: sql`entry.value -> '$.replicas'` })
      .from(entriesOf(list))
      .where(all(ofWorkload(units, scope, workload.name), sql`${units.id} = entry.id`)),
  );
}

function putWorkload(db: Database, scope: Scope, { workload, plan, now }: Commit): Statement {
  const { document, labels } = workload;
  assertRowFits(`The document of ${workload.name}`, [document, labels]);
  const changing = {
    document,
    labels,
    revision: workload.revision,
    generation: plan.generation,
    plan: plan.id,
    state: plan.state,
    updatedAt: now,
    dueAt: now,
  };
  const fixed = { ...scopeOf(scope), name: workload.name, id: workload.id, createdAt: workload.createdAt };
  return db
    .insert(workloads)
    .values({ ...fixed, ...changing, sequence: workload.sequence ?? null })
    .onConflictDoUpdate({
      target: [workloads.project, workloads.environment, workloads.name],
      // The highest ever accepted: a deploy without a number, or a rollback, does not lower it.
      set: {
        ...changing,
        sequence: sql`coalesce(max(sequence, excluded.sequence), sequence, excluded.sequence)`,
      },
    });
}

const scopeOf = ({ project, environment }: Scope) => ({ project, environment });
