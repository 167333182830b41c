import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Source } from "../../src/domain/spec.ts";
import type { StoredChange } from "../../src/store/change-store.ts";

/** Plans that were decided together, as a dry run has shown them or as they were committed. */
export const changes = sqliteTable(
  "changes",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    id: text("id").notNull(),
    actor: text("actor").notNull(),
    source: text("source", { mode: "json" }).$type<Source>(),
    /** The tripwire of a change: its commit writes none when the row is no proposal any more, or when a plan of it is not held as it should. */
    state: text("state").$type<StoredChange["state"]>().notNull(),
    body: text("body", { mode: "json" })
      .$type<Pick<StoredChange, "members" | "packing" | "price">>()
      .notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (row) => [
    primaryKey({ columns: [row.project, row.id] }),
    // Of each environment the newest are kept.
    index("changes_proposed")
      .on(row.project, row.environment, row.createdAt)
      .where(sql`state = 'proposed'`),
  ],
);
