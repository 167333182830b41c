import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Observation } from "../../src/domain/observation.ts";
import type { Unit } from "../../src/domain/plan.ts";
import type { Setback, StoredUnit } from "../../src/store/records.ts";
import type { UnitBody } from "../../src/store/row-bodies.ts";

/** Every unit ever planned. `state` goes one way: wanted, doomed, gone. */
export const units = sqliteTable(
  "units",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    workload: text("workload").notNull(),
    id: text("id").notNull(),
    state: text("state", { enum: ["wanted", "doomed", "gone"] }).notNull(),
    /** Not null is a tripwire: a plan for a target that has been disconnected meanwhile cannot be committed. */
    target: text("target").notNull(),
    targetName: text("target_name").notNull(),
    provider: text("provider").notNull(),
    region: text("region").notNull(),
    /** The agent's id, for units that an agent holds. */
    host: text("host"),
    body: text("body", { mode: "json" }).$type<UnitBody>().notNull(),
    /** The part of the body that changes in place. */
    replicas: text("replicas", { mode: "json" }).$type<Unit["replicas"]>().notNull(),
    doomedBecause: text("doomed_because"),
    doomedAt: integer("doomed_at"),
    appliedAt: integer("applied_at"),
    appliedReplicas: text("applied_replicas", { mode: "json" }).$type<Unit["replicas"]>(),
    /** The observation without the time the provider looked: what is compared to know whether anything changed. */
    observation: text("observation", { mode: "json" }).$type<Omit<Observation, "at">>(),
    /** That time. */
    seenAt: integer("seen_at"),
    observedAt: integer("observed_at"),
    probe: text("probe", { mode: "json" }).$type<NonNullable<StoredUnit["probe"]>>(),
    setback: text("setback", { mode: "json" }).$type<Setback>(),
  },
  (row) => [
    primaryKey({ columns: [row.project, row.environment, row.workload, row.id] }),
    index("units_at_target").on(row.target, row.state, row.id),
  ],
);
