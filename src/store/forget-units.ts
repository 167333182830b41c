import { sql, type SQL } from "drizzle-orm";
import { units, workloads } from "../../db/schema.ts";
import type { Database } from "./database.ts";

/**
 * Units that are long gone and metered, and with whose plan nothing reads them any more. What one of them was called is never used again:
 * ids come from a number that is counted up while one is spent, and the workload goes on counting behind it.
 */
export function forgetUnits(db: Database, rows: SQL, before: number) {
  const past = sql`rowid in ${rows} and state = 'gone' and doomed_at <= ${before}
    and not exists (select 1 from plans where plans.project = units.project and plans.environment = units.environment
      and plans.workload = units.workload and plans.committed and plans.generation = units.body ->> '$.birth')
    and not exists (select 1 from meters where meters.project = units.project and meters.environment = units.environment
      and meters.workload = units.workload and meters.unit = units.id)`;
  const last = sql`select max(units.body ->> '$.attempt') from units where ${past} and units.project = workloads.project
    and units.environment = workloads.environment and units.workload = workloads.name`;
  return [
    db
      .update(workloads)
      .set({ firstAttempt: sql`max(coalesce(first_attempt, 0), 1 + coalesce((${last}), -1))` })
      .where(
        sql`(project, environment, name) in (select project, environment, workload from units where ${past})`,
      ),
    db.delete(units).where(past).returning({ id: units.id }),
  ] as const;
}
