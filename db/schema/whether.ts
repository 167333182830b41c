import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { sql } from "drizzle-orm";
import type { ExceptionSelect, Person } from "../../src/domain/exception.ts";

/** Who agreed to what: `subject` is a held plan or an exception. Nobody counts twice, neither by name nor by token. */
export const approvals = sqliteTable(
  "approvals",
  {
    project: text("project").notNull(),
    subject: text("subject").notNull(),
    token: text("token").notNull(),
    actor: text("actor").notNull(),
    ofInstance: integer("of_instance", { mode: "boolean" }).notNull(),
    /** Of a plan: the content hash that was agreed to. Of an exception: empty, for nothing of it ever changes. */
    hash: text("hash").notNull(),
    at: integer("at").notNull(),
  },
  (row) => [
    primaryKey({ columns: [row.project, row.subject, row.token] }),
    uniqueIndex("approvals_actor").on(row.project, row.subject, row.actor),
  ],
);

/** Rules that do not count for some workloads until a time. `told_at`: its nearing end has been told. `ended_at` null: it stands. */
export const exceptions = sqliteTable(
  "exceptions",
  {
    project: text("project").notNull(),
    id: text("id").notNull(),
    rule: text("rule").notNull(),
    select: text("selects", { mode: "json" }).$type<ExceptionSelect>().notNull(),
    reason: text("reason").notNull(),
    until: integer("until").notNull(),
    createdAt: integer("created_at").notNull(),
    requester: text("requester", { mode: "json" }).$type<Person>().notNull(),
    toldAt: integer("told_at"),
    endedAt: integer("ended_at"),
  },
  (row) => [
    primaryKey({ columns: [row.project, row.id] }),
    index("exceptions_standing")
      .on(row.until)
      .where(sql`ended_at is null`),
  ],
);

/** The red switch of a project; no row means that automation is on. */
export const automation = sqliteTable("automation", {
  project: text("project").primaryKey(),
  enabled: integer("enabled", { mode: "boolean" }).notNull(),
  reason: text("reason").notNull(),
  actor: text("actor").notNull(),
  changedAt: integer("changed_at").notNull(),
});
