import { sql } from "drizzle-orm";
import { units, workloads } from "../../db/schema.ts";
import type { Forgetting } from "./forgetting.ts";

/**
 * Units that are long gone and metered, and with whose plan nothing reads them any more. What one of them was called is never used again:
 * ids come from a number that is counted up while one is spent, and the workload goes on counting behind it.
 */
export const OLD_UNITS: Forgetting = {
  table: units,
  // The rows do not tell: all are looked at in turn.
  at: sql`0`,
  mayGo: (
    rows,
    before,
  ) => sql`units.rowid in ${rows} and units.state = 'gone' and units.doomed_at <= ${before}
    and not exists (select 1 from plans where plans.project = units.project and plans.environment = units.environment
      and plans.workload = units.workload and plans.committed and plans.generation = units.body ->> '$.birth')
    and not exists (select 1 from meters where meters.project = units.project and meters.environment = units.environment
      and meters.workload = units.workload and meters.unit = units.id)`,
  also: (db, going) => {
    const last = sql`select max(units.body ->> '$.attempt') from units where ${going} and units.project = workloads.project
      and units.environment = workloads.environment and units.workload = workloads.name`;
    return [
      db
        .update(workloads)
        .set({ firstAttempt: sql`max(coalesce(first_attempt, 0), 1 + coalesce((${last}), -1))` })
        .where(
          sql`(project, environment, name) in (select project, environment, workload from units where ${going})`,
        ),
    ];
  },
};
