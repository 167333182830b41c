import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** What a project's images are pulled with, a host each. The password is sealed, bound to project, host and version. */
export const registryLogins = sqliteTable(
  "registry_logins",
  {
    project: text("project").notNull(),
    host: text("host").notNull(),
    username: text("username").notNull(),
    sealed: text("sealed").notNull(),
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (row) => [primaryKey({ columns: [row.project, row.host] })],
);
