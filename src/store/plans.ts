import { and, desc, eq, sql } from "drizzle-orm";
import { plans } from "../../db/schema.ts";
import type { Database } from "./database.ts";
import { all, ofWorkload } from "./keys.ts";
import { planColumns, planOf, selectPlans } from "./plan-row.ts";
import type { Store } from "./store.ts";

/** How many proposals of one workload are kept: pull requests make one each, and few are ever committed. */
const MAX_PROPOSALS = 100;

/** Reads of plans, and the dry runs that are kept so that they can be committed as shown. */
export function planReads(db: Database): Pick<Store, "plan" | "plans" | "propose" | "lastGeneration"> {
  return {
    async plan(project, id) {
      const one = and(eq(plans.project, project), eq(plans.id, id));
      const rows = await selectPlans(db).where(one).limit(1);
      return rows.map(planOf)[0];
    },
    async plans(scope, workload, limit) {
      const committed = all(ofWorkload(plans, scope, workload), eq(plans.committed, true));
      const rows = await selectPlans(db).where(committed).orderBy(desc(plans.generation)).limit(limit);
      return rows.map(planOf);
    },
    async lastGeneration(scope, workload) {
      const rows = await db
        .select({ last: sql<number>`coalesce(max(${plans.generation}), 0)` })
        .from(plans)
        .where(all(ofWorkload(plans, scope, workload), sql`committed`));
      return rows[0]?.last ?? 0;
    },
    async propose(scope, plan) {
      const proposals = all(ofWorkload(plans, scope, plan.workload), sql`not committed and state <> 'held'`);
      const row = { ...planColumns(plan), project: scope.project, environment: scope.environment };
      await db.batch([
        db.insert(plans).values({ ...row, committed: false, generation: null }),
        db
          .delete(plans)
          .where(
            all(
              proposals,
              sql`id not in (select id from plans where ${proposals} order by created_at desc, id limit ${MAX_PROPOSALS})`,
            ),
          ),
      ]);
    },
  };
}
