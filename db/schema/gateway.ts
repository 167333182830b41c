import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { RouteBody } from "../../src/store/routes.ts";

export const routes = sqliteTable(
  "routes",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    workload: text("workload").notNull(),
    version: integer("version").notNull(),
    body: text("body", { mode: "json" }).$type<RouteBody>().notNull(),
    changedAt: integer("changed_at").notNull(),
  },
  (row) => [primaryKey({ columns: [row.project, row.environment, row.workload] })],
);

/** Who asked for a host, and when: the first to claim it is served. */
export const routeHosts = sqliteTable(
  "route_hosts",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    workload: text("workload").notNull(),
    host: text("host").notNull(),
    claimedAt: integer("claimed_at").notNull(),
  },
  (row) => [
    primaryKey({ columns: [row.project, row.environment, row.workload, row.host] }),
    index("route_hosts_host").on(row.host, row.claimedAt),
  ],
);
