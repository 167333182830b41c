import { asc, gte, lt, sql } from "drizzle-orm";
import { traffic, workloads } from "../../db/schema.ts";
import { DAY_MS } from "../domain/traffic.ts";
import type { Database } from "./database.ts";
import { all, ofWorkload } from "./keys.ts";
import { TRAFFIC_DAYS_KEPT, type TrafficStore } from "./traffic-store.ts";

/** Rows that one statement adds; the list travels as one JSON parameter. */
const ROWS_AT_ONCE = 500;

/** What the gateways carried, over one database. Several gateways may add to one day. */
export function trafficStore(db: Database): TrafficStore {
  return {
    async addTraffic(days, now) {
      const [first, ...rest] = slices(days).map((slice) =>
        db.run(sql`insert into ${traffic} (project, environment, workload, day, requests, request_ms, egress_bytes)
          select value ->> '$.project', value ->> '$.environment', value ->> '$.workload', value ->> '$.day',
            value ->> '$.requests', value ->> '$.requestMs', value ->> '$.egressBytes'
          from json_each(${JSON.stringify(slice)})
          where exists (select 1 from ${workloads} where ${workloads.project} = value ->> '$.project'
            and ${workloads.environment} = value ->> '$.environment' and ${workloads.name} = value ->> '$.workload')
          on conflict (project, environment, workload, day) do update set requests = requests + excluded.requests,
            request_ms = request_ms + excluded.request_ms, egress_bytes = egress_bytes + excluded.egress_bytes`),
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

function slices<T>(list: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(list.length / ROWS_AT_ONCE);
  return Array.from({ length: count }, (_, at) => list.slice(at * ROWS_AT_ONCE, (at + 1) * ROWS_AT_ONCE));
}
