import { and, eq, sql } from "drizzle-orm";
import { changes, plans } from "../../db/schema.ts";
import { type ChangeStore, MAX_MEMBERS, type StoredChange } from "./change-store.ts";
import type { Database } from "./database.ts";
import { planOf, selectPlans } from "./plan-row.ts";

/** Reads of changes of several workloads, and of their plans. */
export function changeReads(db: Database): Pick<ChangeStore, "change" | "plansById"> {
  return {
    async change(project, id) {
      const one = and(eq(changes.project, project), eq(changes.id, id));
      const rows = await db.select().from(changes).where(one).limit(1);
      return rows.map(changeOf)[0];
    },
    async plansById(project, ids) {
      if (ids.length > MAX_MEMBERS) throw new Error(`more than ${MAX_MEMBERS} plans at once`);
      const listed = sql`${plans.id} in (select value from json_each(${JSON.stringify(ids)}))`;
      const rows = await selectPlans(db).where(and(eq(plans.project, project), listed));
      const found = new Map(rows.map((row) => [row.id, planOf(row)]));
      return ids.flatMap((id) => found.get(id) ?? []);
    },
  };
}

function changeOf({ body, source, ...row }: typeof changes.$inferSelect): StoredChange {
  return { ...row, ...body, ...(source === null ? {} : { source }) };
}
