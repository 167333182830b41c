import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { SecretShare } from "../../src/store/secret-store.ts";

/** A named secret of an environment. A row whose secret was removed stays, so that no number is ever given again. */
export const secrets = sqliteTable(
  "secrets",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    name: text("name").notNull(),
    /** The version in force; numbers go on over all environments of a project, so that a number says which value is meant. */
    version: integer("version").notNull(),
    live: integer("live", { mode: "boolean" }).notNull(),
    /** Which other environments may use it; null: none. */
    shared: text("shared", { mode: "json" }).$type<SecretShare>(),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    updatedAt: integer("updated_at").notNull(),
    updatedBy: text("updated_by").notNull(),
  },
  (row) => [primaryKey({ columns: [row.project, row.environment, row.name] })],
);

/** A value, sealed. */
export const secretVersions = sqliteTable(
  "secret_versions",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    name: text("name").notNull(),
    version: integer("version").notNull(),
    sealed: text("sealed").notNull(),
    /** Id of the sealing key, so that those under an older one are found. */
    keyId: text("key_id").notNull(),
    /** Of the value, as UTF-8. */
    bytes: integer("bytes").notNull(),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by").notNull(),
  },
  (row) => [
    primaryKey({ columns: [row.project, row.name, row.version] }),
    index("secret_versions_key").on(row.keyId),
  ],
);
