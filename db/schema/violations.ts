import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Refusal } from "../../src/domain/feature.ts";
import type { Place } from "../../src/domain/place.ts";

/** Workloads that run where a policy forbids it: found when something changed, and reported until their plan is another. */
export const violations = sqliteTable(
  "violations",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    workload: text("workload").notNull(),
    /** The stored policy that forbids it, and in which version. */
    policy: text("policy").notNull(),
    version: integer("version").notNull(),
    /** The plan that was in force: with another one the row speaks of nothing any more. */
    plan: text("plan").notNull(),
    place: text("place", { mode: "json" }).$type<Place>().notNull(),
    reasons: text("reasons", { mode: "json" }).$type<readonly Refusal[]>().notNull(),
    since: integer("since").notNull(),
    /** When moving it away is tried next; null where its policy only reports. */
    tryAt: integer("try_at"),
    /** Times it was tried under this version and plan, and the plan of the last time. */
    tries: integer("tries").notNull().default(0),
    tried: text("tried"),
  },
  (row) => [
    primaryKey({ columns: [row.project, row.environment, row.workload] }),
    index("violations_policy").on(row.project, row.policy),
    index("violations_try")
      .on(row.tryAt)
      .where(sql`try_at is not null`),
  ],
);

/** How far the look at all that runs in a project has come; `after` is null when it is complete. */
export const fleetReviews = sqliteTable(
  "fleet_reviews",
  {
    project: text("project").primaryKey(),
    /** What was in force when it began, as a hash. */
    mark: text("mark").notNull(),
    after: text("after"),
  },
  (row) => [
    index("fleet_reviews_open")
      .on(row.project)
      .where(sql`after is not null`),
  ],
);
