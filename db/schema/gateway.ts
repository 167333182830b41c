import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { RouteBody } from "../../src/store/row-bodies.ts";

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

/** What the gateways carried to a workload on a day (UTC). Several gateways add to one row; `egressBytes` is null where one cannot count. */
export const traffic = sqliteTable(
  "traffic",
  {
    project: text("project").notNull(),
    environment: text("environment").notNull(),
    workload: text("workload").notNull(),
    day: integer("day").notNull(),
    requests: integer("requests").notNull(),
    requestMs: integer("request_ms").notNull(),
    egressBytes: integer("egress_bytes"),
  },
  (row) => [
    primaryKey({ columns: [row.project, row.environment, row.workload, row.day] }),
    index("traffic_day").on(row.day),
  ],
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
