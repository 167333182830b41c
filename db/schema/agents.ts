import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { AgentReport } from "../../src/domain/agent.ts";

export const agents = sqliteTable(
  "agents",
  {
    id: text("id").primaryKey(),
    project: text("project").notNull(),
    pool: text("pool").notNull(),
    name: text("name").notNull(),
    publicKey: text("public_key").notNull(),
    joinedAt: integer("joined_at").notNull(),
    report: text("report", { mode: "json" }).$type<AgentReport>(),
    seenAt: integer("seen_at"),
    /** When it last said all that runs on its host. */
    sweptAt: integer("swept_at"),
  },
  (row) => [index("agents_pool").on(row.project, row.pool)],
);

export const joinTokens = sqliteTable("join_tokens", {
  hash: text("hash").primaryKey(),
  project: text("project").notNull(),
  pool: text("pool").notNull(),
  agentName: text("agent_name"),
  createdAt: integer("created_at").notNull(),
  expiresAt: integer("expires_at").notNull(),
  usedAt: integer("used_at"),
  usedBy: text("used_by"),
});
