import { sql } from "drizzle-orm";
import type { Plan, PlanState } from "../../src/domain/plan.ts";
import type { Source, Spec } from "../../src/domain/spec.ts";
import type { PackedPlan } from "../../src/store/row-bodies.ts";
import type { BrokerEvent, Revision } from "../../src/store/records.ts";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const revisions = sqliteTable(
  "revisions",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    workload: text("workload").notNull(),
    hash: text("hash").notNull(),
    number: integer("number").notNull(),
    spec: text("spec", { mode: "json" }).$type<Spec>().notNull(),
    document: text("document", { mode: "json" }).$type<Revision["document"]>().notNull(),
    digest: text("digest"),
    images: text("images", { mode: "json" }).$type<NonNullable<Revision["images"]>>(),
    source: text("source", { mode: "json" }).$type<Source>(),
    createdAt: integer("created_at").notNull(),
  },
  (row) => [primaryKey({ columns: [row.project, row.environment, row.workload, row.hash] })],
);

/**
 * Plans that a failover has made and carried out: the condition of their index, which a query has to repeat to be served by it. The
 * body comes last: every write of a plan judges this, and only for those that are ready is their JSON read.
 */
export const READY_FAILOVERS = "committed and state = 'ready' and body ->> '$.trigger' = 'failover'";

/**
 * Plans, committed or only proposed. The unique index and the check are the commit's tripwires: a committed plan
 * needs a generation, the commit writes none when it lost, and two of one generation cannot be.
 */
export const plans = sqliteTable(
  "plans",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    id: text("id").notNull(),
    workload: text("workload").notNull(),
    committed: integer("committed", { mode: "boolean" }).notNull(),
    /** Null while proposed: the number it would get is in the body. */
    generation: integer("generation"),
    /** Everything that never changes and is no column; without the units where `born` names them. */
    body: text("body", { mode: "json" }).$type<PackedPlan>().notNull(),
    state: text("state").$type<PlanState>().notNull(),
    stateReason: text("state_reason"),
    logTail: text("log_tail", { mode: "json" }).$type<readonly string[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    endedAt: integer("ended_at"),
    /** Of a held plan: when its holds are looked at next. */
    lookAt: integer("look_at"),
    /** Who asked, and why, that a plan under way be given up. */
    abort: text("abort", { mode: "json" }).$type<NonNullable<Plan["abort"]>>(),
    /** Of a plan whose units all began with it: their ids, in its order. Their rows, which never change in that, hold them. */
    born: text("born", { mode: "json" }).$type<readonly string[]>(),
  },
  (row) => [
    primaryKey({ columns: [row.project, row.environment, row.id] }),
    index("plans_held")
      .on(row.lookAt)
      .where(sql`state = 'held' and not committed`),
    // How many automatic moves there were of late.
    index("plans_committed_at")
      .on(row.project, row.createdAt)
      .where(sql`committed`),
    // Those that may go back one day; few of all plans.
    index("plans_failovers").on(row.createdAt).where(sql.raw(READY_FAILOVERS)),
    uniqueIndex("plans_id").on(row.project, row.id),
    uniqueIndex("plans_generation")
      .on(row.project, row.environment, row.workload, row.generation)
      .where(sql`committed`),
    check("plans_committed_has_generation", sql`${row.committed} = (${row.generation} is not null)`),
  ],
);

/** Append-only; `seq` counts within one workload's name. */
export const events = sqliteTable(
  "events",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    workload: text("workload").notNull(),
    seq: integer("seq").notNull(),
    at: integer("at").notNull(),
    type: text("type").notNull(),
    actor: text("actor").notNull(),
    message: text("message").notNull(),
    data: text("data", { mode: "json" }).$type<BrokerEvent["data"]>().notNull(),
  },
  (row) => [primaryKey({ columns: [row.project, row.environment, row.workload, row.seq] })],
);
