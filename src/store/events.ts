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
  return insertEventLists(db, scope, [{ workload, events: list }], when);
}

/** The same for several workloads, each at most once. */
export function insertEventLists(
  db: Database,
  scope: Scope,
  lists: readonly { readonly workload: string; readonly events: readonly NewEvent[] }[],
  when: SQL = sql`true`,
): readonly Statement[] {
  const entries = lists.flatMap(({ workload, events: list }) =>
    list.map((event) => ({
      workload,
      event: fitting(`The event ${event.type} of ${workload}`, event),
    })),
  );
  const last = sql`(select coalesce(max(seq), 0) from events where ${ofWorkload(events, scope, sql`entry.value ->> '$.workload'`)})`;
  return jsonLists(entries).map((json) =>
    insertFrom(
      db,
      events,
      {
        project: sql`${scope.project}`,
        environment: sql`${scope.environment}`,
        workload: sql`entry.value ->> '$.workload'`,
        seq: sql`row_number() over (partition by entry.value ->> '$.workload' order by entry.key) + ${last}`,
        at: sql`entry.value ->> '$.event.at'`,
        type: sql`entry.value ->> '$.event.type'`,
        actor: sql`entry.value ->> '$.event.actor'`,
        message: sql`entry.value ->> '$.event.message'`,
        data: sql`entry.value -> '$.event.data'`,
      },
      sql`json_each(${json}) entry where ${when}`,
    ),
  );
}

function eventOf(row: typeof events.$inferSelect): BrokerEvent {
  const { seq, at, type, actor, message } = row;
  return { seq, at, type, actor, message, data: row.data };
}
