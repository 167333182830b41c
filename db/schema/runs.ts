import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Observation } from "../../src/domain/observation.ts";
import type { Attempt, Run, RunPhase, RunState } from "../../src/domain/run.ts";

/** Executions of jobs, which are also a queue of their own: `due_at`, `poked_at`, `lease_until`, `fence` as in `workloads`. */
export const runs = sqliteTable(
  "runs",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    workload: text("workload").notNull(),
    id: text("id").notNull(),
    plan: text("plan").notNull(),
    generation: integer("generation").notNull(),
    revision: text("revision").notNull(),
    trigger: text("trigger").$type<Run["trigger"]>().notNull(),
    scheduledFor: integer("scheduled_for"),
    actor: text("actor").notNull(),
    reason: text("reason").notNull(),
    job: text("job", { mode: "json" }).$type<Run["job"]>().notNull(),
    units: text("units", { mode: "json" }).$type<Run["units"]>().notNull(),
    /** Why its next tries have no other place yet, and when to ask again. */
    placing: text("placing", { mode: "json" }).$type<NonNullable<Run["placing"]>>(),
    state: text("state").$type<RunState>().notNull(),
    stateReason: text("state_reason"),
    stop: text("stop", { mode: "json" }).$type<NonNullable<Run["stop"]>>(),
    createdAt: integer("created_at").notNull(),
    startedAt: integer("started_at"),
    endedAt: integer("ended_at"),
    /** It is over, and nothing of it is kept at any provider. */
    done: integer("done", { mode: "boolean" }).notNull().default(false),
    dueAt: integer("due_at"),
    pokedAt: integer("poked_at"),
    leaseUntil: integer("lease_until").notNull().default(0),
    fence: integer("fence").notNull().default(0),
  },
  (row) => [
    primaryKey({ columns: [row.project, row.environment, row.workload, row.id] }),
    index("runs_due").on(row.dueAt),
    index("runs_newest").on(row.project, row.environment, row.workload, row.createdAt),
    index("runs_open")
      .on(row.project, row.environment, row.workload)
      .where(sql`not done`),
    // One moment of a schedule starts one run, whoever sees it first.
    uniqueIndex("runs_scheduled")
      .on(row.project, row.environment, row.workload, row.scheduledFor)
      .where(sql`scheduled_for is not null`),
  ],
);

/** Tries of runs. A row is there, with its name, before the provider is called; `phase` never leaves a final one. */
export const attempts = sqliteTable(
  "attempts",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    workload: text("workload").notNull(),
    run: text("run").notNull(),
    number: integer("number").notNull(),
    index: integer("idx").notNull(),
    id: text("id").notNull(),
    name: text("name").notNull(),
    unit: text("unit").notNull(),
    /** The agent's id, for tries that an agent makes. */
    host: text("host"),
    phase: text("phase").$type<RunPhase>().notNull(),
    sentAt: integer("sent_at").notNull(),
    answeredAt: integer("answered_at"),
    lookedAt: integer("looked_at"),
    exitCode: integer("exit_code"),
    reason: text("reason"),
    startedAt: integer("started_at"),
    endedAt: integer("ended_at"),
    lastLines: text("last_lines", { mode: "json" }).$type<readonly string[]>(),
    stop: text("stop", { mode: "json" }).$type<NonNullable<Attempt["stop"]>>(),
    setback: text("setback", { mode: "json" }).$type<NonNullable<Attempt["setback"]>>(),
    released: integer("released", { mode: "boolean" }).notNull().default(false),
    /** What its agent last said of it, without the time. */
    report: text("report", { mode: "json" }).$type<Omit<Observation, "at">>(),
    reportedAt: integer("reported_at"),
  },
  (row) => [
    primaryKey({ columns: [row.project, row.environment, row.workload, row.run, row.number] }),
    uniqueIndex("attempts_id").on(row.id),
    index("attempts_on_host")
      .on(row.host)
      .where(sql`not released and host is not null`),
    index("attempts_of_unit").on(row.project, row.environment, row.workload, row.unit),
  ],
);
