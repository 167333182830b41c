import { sql } from "drizzle-orm";
import { integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Target } from "../../src/store/instance.ts";

/** `project` null: owned by the instance. `swept_at`: when a complete look last confirmed every stored observation. */
export const targets = sqliteTable(
  "targets",
  {
    id: text("id").primaryKey(),
    project: text("project"),
    name: text("name").notNull(),
    kind: text("kind", { enum: ["sandbox", "agents", "ecs", "aci", "cloud-run"] }).notNull(),
    config: text("config", { mode: "json" }).$type<Target["config"]>().notNull(),
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    sweptAt: integer("swept_at"),
  },
  (row) => [
    // Two indexes, because SQLite holds nulls apart: one name among the instance's, one within a project.
    uniqueIndex("targets_of_project")
      .on(row.project, row.name)
      .where(sql`project is not null`),
    uniqueIndex("targets_of_instance")
      .on(row.name)
      .where(sql`project is null`),
  ],
);
