import { sql, type SQL } from "drizzle-orm";
import { approvals, plans, reservations, revisions, violations } from "../../db/schema.ts";
import type { Forgetting } from "./forgetting.ts";
import { ROLLBACK_REVISIONS } from "./history-store.ts";

/** Plans before the one in force that are kept for going back: its parent, and through as many failovers as a way home is followed. */
const MAX_LINE = 50;

/**
 * Dry runs, and plans that have long been out of force and of which no unit stands; with what was said of them, and the revisions that
 * nothing names any more.
 */
export const OLD_PLANS: Forgetting = {
  table: plans,
  at: sql`created_at`,
  mayGo: (rows, before) => sql`plans.rowid in ${rows} and plans.created_at <= ${before}
    and (not plans.committed and plans.state <> 'held' or plans.committed
      and plans.id not in (${LINE}) and ${isOutOfForce(before)} and not exists (${standing(before)})
      and not exists (select 1 from runs where ${sameName("runs")} and not runs.done and runs.plan = plans.id))`,
  also: (db, going, before) => {
    const of = (columns: string) => sql`(select ${sql.raw(columns)} from plans where ${going})`;
    const ids = of("project, environment, workload, id");
    return [
      db.delete(revisions).where(isUnnamed(of, before)),
      db.delete(approvals).where(sql`(project, subject) in ${of("project, id")}`),
      db.delete(violations).where(sql`(project, environment, workload, plan) in ${ids}`),
      db.delete(reservations).where(sql`(project, environment, workload, plan) in ${ids}`),
    ];
  },
};

const sameName = (alias: string, as = "plans") =>
  sql.raw(
    `${alias}.project = ${as}.project and ${alias}.environment = ${as}.environment and ${alias}.workload = ${as}.workload`,
  );
const workloadOf = (table: string) =>
  sql.raw(`select 1 from workloads where workloads.project = ${table}.project
    and workloads.environment = ${table}.environment and workloads.name = ${table}.workload`);

// The plan in force, the one it goes back to when it fails, and through failovers the one that was at home.
const LINE = sql`with recursive line(id, step) as (
    select plan, 0 from workloads where workloads.project = plans.project
      and workloads.environment = plans.environment and workloads.name = plans.workload
    union all
    select child.body ->> '$.parent', line.step + 1 from line join plans child
      on child.project = plans.project and child.environment = plans.environment and child.id = line.id
    where line.step < ${sql.raw(String(MAX_LINE))} and (line.step = 0 or child.body ->> '$.trigger' = 'failover'))
  select id from line where id is not null`;

// Another followed long ago. The last of a name stays while there is a workload, or another plan, for numbers go on from it.
function isOutOfForce(before: number): SQL {
  return sql`(exists (select 1 from plans next where ${sameName("next")} and next.committed
      and next.generation > plans.generation and next.created_at <= ${before})
    or not exists (${workloadOf("plans")}) and not exists (select 1 from plans other where ${sameName("other")}
      and other.committed and other.generation <> plans.generation))`;
}

// The units a plan names, wherever they stand; those that began with it have its number.
function standing(before: number): SQL {
  return sql`select 1 from units unit where ${sameName("unit")} and unit.id in (
      select value from json_each(plans.born) union all select value ->> '$.id' from json_each(plans.body, '$.units'))
    and unit.body ->> '$.birth' = plans.generation and (unit.state <> 'gone' or unit.doomed_at > ${before})`;
}

// Of the names that lose a plan, what no other plan names and no rollback would offer.
function isUnnamed(going: (columns: string) => SQL, before: number): SQL {
  const newer = sql`select count(*) from revisions newer where ${sameName("newer", "revisions")}
    and newer.number > revisions.number`;
  return sql`revisions.created_at <= ${before}
    and (revisions.project, revisions.environment, revisions.workload) in ${going("project, environment, workload")}
    and not exists (select 1 from plans other where ${sameName("other", "revisions")} and other.committed
      and other.body ->> '$.revision' = revisions.hash and other.rowid not in ${going("rowid")})
    and not exists (${workloadOf("revisions")}
      and (workloads.revision = revisions.hash or (${newer}) < ${ROLLBACK_REVISIONS}))`;
}
