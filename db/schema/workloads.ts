import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { PlanState } from "../../src/domain/plan.ts";
import type { Scheduled } from "../../src/store/run-store.ts";
import type { Override, Workload } from "../../src/store/records.ts";

/** The live workloads, which are also the reconciler's queue. */
export const workloads = sqliteTable(
  "workloads",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    name: text("name").notNull(),
    id: text("id").notNull(),
    document: text("document", { mode: "json" }).$type<Workload["document"]>().notNull(),
    revision: text("revision").notNull(),
    labels: text("labels", { mode: "json" }).$type<Readonly<Record<string, string>>>().notNull(),
    generation: integer("generation").notNull(),
    plan: text("plan").notNull(),
    sequence: integer("sequence"),
    /** Attempts of units below this are forgotten: their ids are spent. Null: none is. */
    firstAttempt: integer("first_attempt"),
    state: text("state").$type<PlanState>().notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    /** When to look next; null keeps it out of the queue. */
    dueAt: integer("due_at"),
    /** The earliest time somebody asked for since the last claim, so that the claim's end does not forget it. */
    pokedAt: integer("poked_at"),
    leaseUntil: integer("lease_until").notNull().default(0),
    fence: integer("fence").notNull().default(0),
    /** Of a job with a schedule: which schedule, and the last moment of it that was dealt with. */
    scheduled: text("scheduled", { mode: "json" }).$type<Scheduled>(),
  },
  (row) => [
    primaryKey({ columns: [row.project, row.environment, row.name] }),
    index("workloads_due").on(row.dueAt),
  ],
);

export const overrides = sqliteTable(
  "overrides",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    workload: text("workload").notNull(),
    seq: integer("seq").notNull(),
    body: text("body", { mode: "json" }).$type<Override>().notNull(),
    until: integer("until"),
  },
  (row) => [primaryKey({ columns: [row.project, row.environment, row.workload, row.seq] })],
);
