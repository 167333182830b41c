import { asc, gte, lt, sql } from "drizzle-orm";
import { traffic, workloads } from "../../db/schema.ts";
import { DAY_MS } from "../domain/traffic.ts";
import type { Database } from "./database.ts";
import { entryField, insertRows } from "./insert-rows.ts";
import { all, ofWorkload } from "./keys.ts";
import { TRAFFIC_DAYS_KEPT, type TrafficStore } from "./traffic-store.ts";

/** What the gateways carried, over one database. Several gateways may add to one day. */
export function trafficStore(db: Database): TrafficStore {
  return {
    async addTraffic(days, now) {
      const isThere = sql`exists (select 1 from ${workloads} where ${workloads.project} = ${entryField("project")}
        and ${workloads.environment} = ${entryField("environment")} and ${workloads.name} = ${entryField("workload")})`;
      const sum = (column: string) => sql.raw(`${column} + excluded.${column}`);
      const rows = days.map((day) => ({ ...day }));
      const [first, ...rest] = insertRows(db, traffic, rows, {}, isThere).map((insert) =>
        insert.onConflictDoUpdate({
          target: [traffic.project, traffic.environment, traffic.workload, traffic.day],
          set: {
            requests: sum("requests"),
            requestMs: sum("request_ms"),
            // Null, which is unknown, stays null whatever is added.
            egressBytes: sum("egress_bytes"),
          },
        }),
      );
      if (first === undefined) return;
      const old = db.delete(traffic).where(lt(traffic.day, now - TRAFFIC_DAYS_KEPT * DAY_MS));
      await db.batch([first, ...rest, old]);
    },
    async traffic(scope, workload, from, until) {
      const mine = ofWorkload(traffic, scope, workload);
      return await db
        .select()
        .from(traffic)
        .where(all(mine, gte(traffic.day, from), lt(traffic.day, until)))
        .orderBy(asc(traffic.day));
    },
  };
}
