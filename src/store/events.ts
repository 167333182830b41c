import { asc, gt, sql, type SQL } from "drizzle-orm";
import { events } from "../../db/schema.ts";
import type { Database, Statement } from "./database.ts";
import { fitting, jsonLists } from "./row-size.ts";
import { insertFrom } from "./insert-from.ts";
import { all, ofWorkload } from "./keys.ts";
import type { BrokerEvent, NewEvent, Scope, Store } from "./store.ts";

/** What happened to a workload's name, in order, for ever. */
export function eventLog(db: Database): Pick<Store, "events" | "appendEvent"> {
  return {
    async events(scope, workload, after, limit) {
      const newer = all(ofWorkload(events, scope, workload), gt(events.seq, after));
      const rows = await db.select().from(events).where(newer).orderBy(asc(events.seq)).limit(limit);
      return rows.map(eventOf);
    },
    async appendEvent(scope, workload, event) {
      const [insert, ...more] = insertEvents(db, scope, workload, [event]);
      if (insert !== undefined) await db.batch([insert, ...more]);
    },
  };
}

/** Statements that append events in their order; nothing is written unless `when` holds. Throws `too-large-to-store`. */
export function insertEvents(
  db: Database,
  scope: Scope,
  workload: string,
  list: readonly NewEvent[],
  when: SQL = sql`true`,
): readonly Statement[] {
  for (const event of list) fitting(`The event ${event.type} of ${workload}`, event);
  const last = sql`(select coalesce(max(seq), 0) from events where ${ofWorkload(events, scope, workload)})`;
  return jsonLists(list).map((json) =>
    insertFrom(
      db,
      events,
      {
        project: sql`${scope.project}`,
        environment: sql`${scope.environment}`,
        workload: sql`${workload}`,
        seq: sql`event.key + 1 + ${last}`,
        at: sql`event.value ->> '$.at'`,
        type: sql`event.value ->> '$.type'`,
        actor: sql`event.value ->> '$.actor'`,
        message: sql`event.value ->> '$.message'`,
        data: sql`event.value -> '$.data'`,
      },
      sql`json_each(${json}) event where ${when}`,
    ),
  );
}

function eventOf(row: typeof events.$inferSelect): BrokerEvent {
  const { seq, at, type, actor, message } = row;
  return { seq, at, type, actor, message, data: row.data };
}
