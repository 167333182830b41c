import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { StoredPolicy } from "../../src/store/policy-store.ts";

/** Every version of every stored policy: the highest is in force, and one without a document says that it was removed. */
export const policies = sqliteTable(
  "policies",
  {
    /** A project's id, or `instance`. */
    owner: text("owner").notNull(),
    name: text("name").notNull(),
    version: integer("version").notNull(),
    /** Hex SHA-256 of the canonical document. */
    hash: text("hash").notNull(),
    document: text("document", { mode: "json" }).$type<StoredPolicy["document"]>(),
    actor: text("actor").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (row) => [primaryKey({ columns: [row.owner, row.name, row.version] })],
);
