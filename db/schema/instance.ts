import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { StoredAnswer } from "../../src/store/instance.ts";

/** One row: who this installation is, and how often its database was put back from a copy. */
export const installation = sqliteTable(
  "installation",
  {
    only: integer("only").primaryKey(),
    id: text("id").notNull(),
    epoch: integer("epoch").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (row) => [check("installation_one_row", sql`${row.only} = 1`)],
);

export const projects = sqliteTable("projects", {
  id: text("id").primaryKey(),
  name: text("name").notNull().unique(),
  labels: text("labels", { mode: "json" }).$type<Readonly<Record<string, string>>>().notNull(),
  createdAt: integer("created_at").notNull(),
});

export const environments = sqliteTable(
  "environments",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    class: text("class", { enum: ["production", "staging", "preview"] }).notNull(),
    protected: integer("protected", { mode: "boolean" }).notNull(),
    ttlHours: integer("ttl_hours"),
    labels: text("labels", { mode: "json" }).$type<Readonly<Record<string, string>>>().notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (row) => [primaryKey({ columns: [row.project, row.environment] })],
);

/** `project` null: a token of the instance's administrator. */
export const tokens = sqliteTable(
  "tokens",
  {
    id: text("id").primaryKey(),
    hash: text("hash").notNull().unique(),
    name: text("name").notNull(),
    project: text("project"),
    scopes: text("scopes", { mode: "json" }).$type<readonly string[]>().notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at"),
    revokedAt: integer("revoked_at"),
  },
  (row) => [index("tokens_project").on(row.project)],
);

/** `answer` null: the request is still running, or its process died; then `expires_at` ends the wait. */
export const idempotency = sqliteTable(
  "idempotency",
  {
    project: text("project").notNull(),
    key: text("key").notNull(),
    fingerprint: text("fingerprint").notNull(),
    answer: text("answer", { mode: "json" }).$type<StoredAnswer>(),
    createdAt: integer("created_at").notNull(),
    keepMs: integer("keep_ms").notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (row) => [primaryKey({ columns: [row.project, row.key] }), index("idempotency_expiry").on(row.expiresAt)],
);

/** Who may do a thing that one process at a time does. */
export const leases = sqliteTable("leases", {
  name: text("name").primaryKey(),
  owner: text("owner").notNull(),
  until: integer("until").notNull(),
});
