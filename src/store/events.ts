import { asc, gt, sql, type SQL } from "drizzle-orm";
import { events } from "../../db/schema.ts";
import type { Database, Statement } from "./database.ts";
import { entryField, insertRows } from "./insert-rows.ts";
import { all, ofWorkload } from "./keys.ts";
import { fitting } from "./row-size.ts";
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
  const inScope = { project: scope.project, environment: scope.environment };
  const rows = lists.flatMap(({ workload, events: list }) =>
    list.map((event, at) => {
      const { type, actor, message, data } = fitting(`The event ${event.type} of ${workload}`, event);
      return { ...inScope, workload, at: event.at, type, actor, message, data, nth: at + 1 };
    }),
  );
  const last = sql`(select coalesce(max(seq), 0) from events where ${ofWorkload(events, scope, entryField("workload"))})`;
  // Where rows take several statements, what stands in an earlier one has been counted by the time of the next.
  const seq = sql`min(${entryField("nth")}, entry.key + 1) + ${last}`;
  return insertRows(db, events, rows, { seq }, when);
}

function eventOf(row: typeof events.$inferSelect): BrokerEvent {
  const { seq, at, type, actor, message } = row;
  return { seq, at, type, actor, message, data: row.data };
}
