import { and, desc, gt, isNull, or, sql } from "drizzle-orm";
import { overrides } from "../../db/schema.ts";
import type { Database, Statement } from "./database.ts";
import { fitting } from "./row-size.ts";
import { ofWorkload } from "./keys.ts";
import type { Override, Scope, Store } from "./store.ts";

/** How many standing overrides of one workload are read: the newest ones count. */
const MAX_OVERRIDES = 100;

/** What operators laid over a spec. Oldest first: a later one of the same kind wins. */
export function overrideStore(db: Database): Pick<Store, "overrides" | "putOverride" | "clearOverrides"> {
  return {
    async overrides(scope, workload, now) {
      const rows = await db
        .select()
        .from(overrides)
        .where(
          and(ofWorkload(overrides, scope, workload), or(isNull(overrides.until), gt(overrides.until, now))),
        )
        .orderBy(desc(overrides.seq))
        .limit(MAX_OVERRIDES);
      return rows.reverse().map((row) => row.body);
    },
    async putOverride(scope, workload, override) {
      await db.batch(insertOverride(db, scope, workload, override, override.createdAt));
    },
    async clearOverrides(scope, workload) {
      await db.delete(overrides).where(ofWorkload(overrides, scope, workload));
    },
  };
}

/** Statements that add an override and drop the workload's ended ones. Throws `too-large-to-store`. */
export function insertOverride(
  db: Database,
  scope: Scope,
  workload: string,
  override: Override,
  now: number,
): [Statement, Statement] {
  const body = fitting(`The override of ${workload}`, override);
  const mine = ofWorkload(overrides, scope, workload);
  return [
    db.insert(overrides).values({
      project: scope.project,
      environment: scope.environment,
      workload,
      seq: sql`(select coalesce(max(seq), 0) + 1 from overrides where ${mine})`,
      body,
      until: override.until ?? null,
    }),
    db.delete(overrides).where(and(mine, sql`until <= ${now}`)),
  ];
}
