import { asc, gt, sql, type SQL } from "drizzle-orm";
import { events } from "../../db/schema.ts";
import type { Database, Statement } from "./database.ts";
import { fitting, jsonLists } from "./row-size.ts";
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
  return jsonLists(list).map((events) =>
    db.run(sql`
      insert into events (project, environment, workload, seq, at, type, actor, message, data)
      select ${scope.project}, ${scope.environment}, ${workload},
        event.key + 1 + (select coalesce(max(seq), 0) from events
          where project = ${scope.project} and environment = ${scope.environment} and workload = ${workload}),
        event.value ->> '$.at', event.value ->> '$.type', event.value ->> '$.actor', event.value ->> '$.message',
        event.value -> '$.data'
      from json_each(${events}) event where ${when}`),
  );
}

function eventOf(row: typeof events.$inferSelect): BrokerEvent {
  const { seq, at, type, actor, message } = row;
  return { seq, at, type, actor, message, data: row.data };
}
