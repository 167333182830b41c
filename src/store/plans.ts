import { and, desc, eq, sql } from "drizzle-orm";
import { plans } from "../../db/schema.ts";
import type { Plan } from "../domain/plan.ts";
import type { Database, Statement } from "./database.ts";
import { insertRows } from "./insert-rows.ts";
import { all, ofWorkload } from "./keys.ts";
import { planEntry, planOf, selectPlans } from "./plan-row.ts";
import type { Scope, Store } from "./store.ts";

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
      const [first, ...rest] = proposeStatements(db, scope, [plan]);
      if (first !== undefined) await db.batch([first, ...rest]);
    },
  };
}

/** What keeping some dry runs writes, and what goes for them: as many statements for many as for one. Throws `too-large-to-store`. */
export function proposeStatements(db: Database, scope: Scope, list: readonly Plan[]): readonly Statement[] {
  const { project, environment } = scope;
  const rows = list.map((plan) => ({ ...planEntry(plan), project, environment, committed: false }));
  return [...insertRows(db, plans, rows), ...dropProposals(db, scope, list)];
}

function dropProposals(db: Database, scope: Scope, list: readonly Plan[]): readonly Statement[] {
  const names = JSON.stringify([...new Set(list.map(({ workload }) => workload))]);
  const proposals = sql`project = ${scope.project} and environment = ${scope.environment}
    and not committed and state <> 'held' and workload in (select value from json_each(${names}))`;
  // Numbered in one reading of them all, however many the workloads.
  const numbered = sql`select rowid as place, row_number() over (partition by workload order by created_at desc, id) as nth
    from plans where ${proposals}`;
  return [
    db.delete(plans).where(sql`rowid in (select place from (${numbered}) where nth > ${MAX_PROPOSALS})`),
  ];
}
