import { and, asc, desc, eq, gt, ne, sql, type SQL } from "drizzle-orm";
import { revisions, units, workloads } from "../../db/schema.ts";
import type { Database } from "./database.ts";
import { all, ofWorkload } from "./keys.ts";
import type { Revision, Scope, Store, Workload, WorkloadQuery } from "./store.ts";

type WorkloadRow = typeof workloads.$inferSelect;
type Reads = Pick<Store, "workload" | "workloads" | "revisions" | "revision">;

/** Reads of workloads and their revisions. */
export function workloadReads(db: Database): Reads {
  return {
    async workload(scope, name) {
      const rows = await db.select().from(workloads).where(workloadKey(scope, name)).limit(1);
      return rows.map(workloadOf)[0];
    },
    async workloads(scope, query) {
      const rows = await db
        .select()
        .from(workloads)
        .where(matching(scope, query))
        .orderBy(asc(workloads.name))
        .limit(query.limit);
      return rows.map(workloadOf);
    },
    async revisions(scope, workload, limit) {
      const rows = await db
        .select()
        .from(revisions)
        .where(ofWorkload(revisions, scope, workload))
        .orderBy(desc(revisions.number), desc(revisions.createdAt))
        .limit(limit);
      return rows.map(revisionOf);
    },
    async revision(scope, workload, hash) {
      const one = all(ofWorkload(revisions, scope, workload), eq(revisions.hash, hash));
      const rows = await db.select().from(revisions).where(one).limit(1);
      return rows.map(revisionOf)[0];
    },
  };
}

/** The row of one workload. */
export function workloadKey(scope: Scope, name: string | SQL): SQL {
  return all(
    eq(workloads.project, scope.project),
    eq(workloads.environment, scope.environment),
    eq(workloads.name, name),
  );
}

/** The workload of a row. */
export function workloadOf(row: WorkloadRow): Workload {
  return {
    project: row.project,
    environment: row.environment,
    name: row.name,
    id: row.id,
    document: row.document,
    revision: row.revision,
    labels: row.labels,
    generation: row.generation,
    plan: row.plan,
    sequence: row.sequence ?? undefined,
    firstAttempt: row.firstAttempt ?? undefined,
    state: row.state,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

function matching(scope: Scope, query: WorkloadQuery): SQL | undefined {
  return and(
    eq(workloads.project, scope.project),
    eq(workloads.environment, scope.environment),
    query.after === undefined ? undefined : gt(workloads.name, query.after),
    query.state === undefined ? undefined : eq(workloads.state, query.state),
    query.labels === undefined ? undefined : hasLabels(query.labels),
    isAt(query),
  );
}

// One parameter for any number of labels: no wanted pair may be missing among the workload's own.
function hasLabels(labels: Readonly<Record<string, string>>): SQL {
  return sql`not exists (
    select 1 from json_each(${JSON.stringify(labels)}) wanted where not exists (
      select 1 from json_each(${workloads.labels}) own where own.key = wanted.key and own.value = wanted.value))`;
}

function isAt({ target, provider, region }: WorkloadQuery): SQL | undefined {
  if (target === undefined && provider === undefined && region === undefined) return undefined;
  const there = and(
    eq(units.project, workloads.project),
    eq(units.environment, workloads.environment),
    eq(units.workload, workloads.name),
    ne(units.state, "gone"),
    target === undefined ? undefined : eq(units.targetName, target),
    provider === undefined ? undefined : eq(units.provider, provider),
    region === undefined ? undefined : eq(units.region, region),
  );
  return sql`exists (select 1 from ${units} where ${there})`;
}

function revisionOf(row: typeof revisions.$inferSelect): Revision {
  return {
    hash: row.hash,
    number: row.number,
    spec: row.spec,
    document: row.document,
    digest: row.digest ?? undefined,
    images: row.images ?? undefined,
    source: row.source ?? undefined,
    createdAt: row.createdAt,
  };
}
