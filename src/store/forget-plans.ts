import { sql, type SQL } from "drizzle-orm";
import { approvals, plans, reservations, revisions, violations } from "../../db/schema.ts";
import type { Database } from "./database.ts";

/** Revisions of a workload that stay whatever their age: as far back as a rollback looks. */
export const ROLLBACK_REVISIONS = 100;
/** Plans before the one in force that are kept for going back: its parent, and through as many failovers as a way home is followed. */
const MAX_LINE = 50;

/** Plans that have long been out of force and of which no unit stands, with what was said of them and the revisions that nothing names. */
export function forgetPlans(db: Database, rows: SQL, before: number) {
  const past = (columns: SQL) => sql`select ${columns} from plans past where past.rowid in ${rows}
    and past.created_at <= ${before} and ${mayGo(before)}`;
  return [
    db.delete(revisions).where(isUnnamed(past, before)),
    db.delete(approvals).where(sql`(project, subject) in (${past(sql`past.project, past.id`)})`),
    db.delete(violations).where(sql`(project, environment, workload, plan) in (${past(KEY)})`),
    db.delete(reservations).where(sql`(project, environment, workload, plan) in (${past(KEY)})`),
    db
      .delete(plans)
      .where(sql`rowid in (${past(sql`past.rowid`)})`)
      .returning({ id: plans.id }),
  ] as const;
}

const KEY = sql`past.project, past.environment, past.workload, past.id`;
const sameName = (alias: string) =>
  sql.raw(`${alias}.project = past.project and ${alias}.environment = past.environment
    and ${alias}.workload = past.workload`);

// The units a plan names, wherever they stand; those that began with it have its number.
const isBornWith = sql`${sameName("unit")} and unit.id in (
    select value from json_each(past.born) union all select value ->> '$.id' from json_each(past.body, '$.units'))
  and unit.body ->> '$.birth' = past.generation`;

const workloadRow = sql`select 1 from workloads where workloads.project = past.project
  and workloads.environment = past.environment and workloads.name = past.workload`;

// A dry run, or one that ended before it was in force, by its age alone. Of those that were in force, none that is, or may be again.
function mayGo(before: number): SQL {
  const follower = sql`select 1 from plans next where ${sameName("next")} and next.committed
    and next.generation > past.generation`;
  const other = sql`select 1 from plans other where ${sameName("other")} and other.committed
    and other.generation <> past.generation`;
  return sql`(not past.committed and past.state <> 'held' or past.committed
    and past.id not in (${LINE})
    and (exists (${follower} and next.created_at <= ${before})
      or not exists (${workloadRow}) and not exists (${other}))
    and not exists (select 1 from units unit where ${isBornWith} and (unit.state <> 'gone' or unit.doomed_at > ${before}))
    and not exists (select 1 from runs where ${sameName("runs")} and not runs.done and runs.plan = past.id))`;
}

// The plan in force, the one it goes back to when it fails, and through failovers the one that was at home.
const LINE = sql`with recursive line(id, step) as (
    select plan, 0 from workloads where workloads.project = past.project
      and workloads.environment = past.environment and workloads.name = past.workload
    union all
    select child.body ->> '$.parent', line.step + 1 from line join plans child
      on child.project = past.project and child.environment = past.environment and child.id = line.id
    where line.step < ${sql.raw(String(MAX_LINE))} and (line.step = 0 or child.body ->> '$.trigger' = 'failover'))
  select id from line where id is not null`;

// Revisions of the names that lose a plan. With a rowid for each plan that goes, what is left of the plans is all the others.
function isUnnamed(past: (columns: SQL) => SQL, before: number): SQL {
  const ofRevision = (alias: string) =>
    sql.raw(`${alias}.project = revisions.project and ${alias}.environment = revisions.environment
      and ${alias}.workload = revisions.workload`);
  const live = sql`select 1 from workloads where workloads.project = revisions.project
    and workloads.environment = revisions.environment and workloads.name = revisions.workload`;
  const newer = sql`select count(*) from revisions newer where ${ofRevision("newer")} and newer.number > revisions.number`;
  return sql`created_at <= ${before}
    and (project, environment, workload) in (${past(sql`past.project, past.environment, past.workload`)})
    and not exists (select 1 from plans other where ${ofRevision("other")} and other.committed
      and other.body ->> '$.revision' = revisions.hash and other.rowid not in (${past(sql`past.rowid`)}))
    and not exists (${live} and (workloads.revision = revisions.hash or (${newer}) < ${ROLLBACK_REVISIONS}))`;
}
