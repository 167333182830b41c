import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Refusal } from "../../src/domain/feature.ts";
import type { Place } from "../../src/domain/place.ts";

/** Workloads that run where a changed policy forbids it: found when it was stored, and reported until their plan is another. */
export const violations = sqliteTable(
  "violations",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    workload: text("workload").notNull(),
    /** The stored policy whose change was judged, and in which version. */
    policy: text("policy").notNull(),
    version: integer("version").notNull(),
    /** The plan that was in force: with another one the row speaks of nothing any more. */
    plan: text("plan").notNull(),
    place: text("place", { mode: "json" }).$type<Place>().notNull(),
    reasons: text("reasons", { mode: "json" }).$type<readonly Refusal[]>().notNull(),
    since: integer("since").notNull(),
  },
  (row) => [
    primaryKey({ columns: [row.project, row.environment, row.workload] }),
    index("violations_policy").on(row.project, row.policy),
  ],
);
