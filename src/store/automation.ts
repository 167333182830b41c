import { and, asc, eq, gte, sql } from "drizzle-orm";
import { automation, events, plans, READY_FAILOVERS, workloads } from "../../db/schema.ts";
import type { Database } from "./database.ts";
import { insertEvents } from "./events.ts";
import { all, ofWorkload } from "./keys.ts";
import type { WhetherStore } from "./whether.ts";

type AutomationStore = Pick<
  WhetherStore,
  "automation" | "putAutomation" | "committedSince" | "failedOver" | "appendEventOnce"
>;

/** How many of a workload's latest events are searched for one that was told already. */
const MAX_SEARCHED = 1_000;

/** The red switch, and what automation has done of late. */
export function automationStore(db: Database): AutomationStore {
  return {
    async automation(project) {
      const rows = await db.select().from(automation).where(eq(automation.project, project));
      return rows.map(({ project: _project, ...row }) => row)[0];
    },
    async putAutomation(project, row) {
      await db
        .insert(automation)
        .values({ project, ...row })
        .onConflictDoUpdate({ target: automation.project, set: row });
    },
    async committedSince(project, { triggers, actor, since, of }) {
      const rows = await db
        .select({
          count: sql<number>`count(*)`,
          lastAt: sql<number | null>`max(${plans.createdAt})`,
        })
        .from(plans)
        .where(
          and(
            eq(plans.project, project),
            sql`committed`,
            gte(plans.createdAt, since),
            sql`body ->> '$.actor' = ${actor}`,
            sql`body ->> '$.trigger' in (select value from json_each(${JSON.stringify(triggers)}))`,
            of === undefined ? undefined : ofWorkload(plans, of.scope, of.workload),
          ),
        );
      return { count: rows[0]?.count ?? 0, lastAt: rows[0]?.lastAt ?? undefined };
    },
    async failedOver(limit) {
      const { project, environment, workload } = plans;
      // The index's own words, or every plan would be read.
      const isThere = sql`exists (select 1 from ${workloads} where ${workloads.project} = ${project}
        and ${workloads.environment} = ${environment} and ${workloads.name} = ${workload} and ${workloads.plan} = ${plans.id})`;
      return await db
        .select({ project, environment, workload, plan: plans.id })
        .from(plans)
        .where(and(sql.raw(READY_FAILOVERS), isThere))
        .orderBy(asc(plans.createdAt))
        .limit(limit);
    },
    async appendEventOnce(scope, workload, event) {
      const mine = ofWorkload(events, scope, workload);
      const told = all(
        mine,
        sql`seq > (select coalesce(max(seq), 0) - ${MAX_SEARCHED} from ${events} where ${mine})`,
        eq(events.type, event.type),
        sql`data ->> '$.key' = ${event.data.key}`,
      );
      const [insert, ...more] = insertEvents(
        db,
        scope,
        workload,
        [event],
        sql`not exists (select 1 from ${events} where ${told})`,
      );
      if (insert !== undefined) await db.batch([insert, ...more]);
    },
  };
}
