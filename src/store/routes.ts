import { and, asc, eq, sql, type SQL } from "drizzle-orm";
import { routeHosts, routes } from "../../db/schema.ts";
import type { Database, Statement } from "./database.ts";
import { fitting } from "./row-size.ts";
import { insertFrom, ONE_ROW } from "./insert-from.ts";
import { all, ofWorkload } from "./keys.ts";
import type { RouteBody } from "./row-bodies.ts";
import type { Route, Scope, Store } from "./store.ts";

/** Reads of the gateway's rows. Hosts are compared in lower case. */
export function routeReads(db: Database): Pick<Store, "routeByHost" | "routeByName" | "routes"> {
  return {
    async routeByHost(host) {
      const owner = sql`(select rowid from route_hosts where host = ${host.toLowerCase()} order by claimed_at, rowid limit 1)`;
      const rows = await db
        .select({ route: routes })
        .from(routeHosts)
        .innerJoin(
          routes,
          and(
            eq(routes.project, routeHosts.project),
            eq(routes.environment, routeHosts.environment),
            eq(routes.workload, routeHosts.workload),
          ),
        )
        .where(sql`${routeHosts}.rowid = ${owner}`);
      return rows.map((row) => routeOf(row.route))[0];
    },
    async routeByName(project, environment, workload) {
      const one = ofWorkload(routes, { project, environment }, workload);
      const rows = await db.select().from(routes).where(one).limit(1);
      return rows.map(routeOf)[0];
    },
    async routes(limit) {
      const order = [asc(routes.project), asc(routes.environment), asc(routes.workload)];
      const rows = await db
        .select()
        .from(routes)
        .orderBy(...order)
        .limit(limit);
      return rows.map(routeOf);
    },
  };
}

/** Statements that replace a workload's route and its claims on hosts, its version one higher, if `when` holds. */
export function putRoute(
  db: Database,
  scope: Scope,
  workload: string,
  route: Omit<Route, "version">,
  when: SQL,
): readonly Statement[] {
  const { project: _project, environment: _environment, workload: _workload, changedAt, ...rest } = route;
  const hosts = route.hosts.map((host) => host.toLowerCase());
  const body = JSON.stringify(fitting(`The route of ${workload}`, { ...rest, hosts } satisfies RouteBody));
  const list = JSON.stringify(hosts);
  const key = {
    project: sql`${scope.project}`,
    environment: sql`${scope.environment}`,
    workload: sql`${workload}`,
  };
  const row = { ...key, version: sql`1`, body: sql`${body}`, changedAt: sql`${changedAt}` };
  const claim = { ...key, host: sql`wanted.value`, claimedAt: sql`${changedAt}` };
  const letGo = sql`host not in (select value from json_each(${list}))`;
  return [
    insertFrom(db, routes, row, sql`${ONE_ROW} where ${when}`).onConflictDoUpdate({
      target: [routes.project, routes.environment, routes.workload],
      set: { version: sql`version + 1`, body: sql`excluded.body`, changedAt },
    }),
    db.delete(routeHosts).where(all(ofWorkload(routeHosts, scope, workload), letGo, when)),
    insertFrom(db, routeHosts, claim, sql`json_each(${list}) wanted where ${when}`).onConflictDoNothing(),
  ];
}

/** Statements that remove a workload's route and its claims on hosts, if `when` holds. */
export function dropRoute(db: Database, scope: Scope, workload: string, when: SQL): readonly Statement[] {
  return [
    db.delete(routes).where(all(ofWorkload(routes, scope, workload), when)),
    db.delete(routeHosts).where(all(ofWorkload(routeHosts, scope, workload), when)),
  ];
}

/** The route of a row. */
export function routeOf(row: typeof routes.$inferSelect): Route {
  const { project, environment, workload, version, changedAt } = row;
  return { ...row.body, project, environment, workload, version, changedAt };
}
