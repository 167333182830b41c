import { and, asc, eq, inArray, sql, type SQL } from "drizzle-orm";
import { plans } from "../../db/schema.ts";
import type { HeldWithin } from "./change-store.ts";
import { makeDueWhere } from "./claims.ts";
import type { Database, Statement } from "./database.ts";
import { entriesOf } from "./entries.ts";
import { insertEventLists, insertEvents } from "./events.ts";
import { entryField, insertRows } from "./insert-rows.ts";
import { all, ofWorkload } from "./keys.ts";
import { planEntry, planOf, selectPlans } from "./plan-row.ts";
import { jsonLists } from "./row-size.ts";
import type { Scope } from "./store.ts";
import type { WhetherStore } from "./whether.ts";
import { cutSentence } from "./words.ts";
import { workloadKey } from "./workloads.ts";

/** Rows that are held and were never in force, as the index `plans_held` has them. */
export const HELD = sql`state = 'held' and not committed`;

type Holds = Pick<
  WhetherStore,
  "holdPlan" | "heldPlan" | "heldDue" | "lookAgain" | "endHeld" | "requestAbort"
>;

/** Plans that wait, and plans that are to be given up. */
export function heldPlans(db: Database): Holds {
  return {
    async holdPlan(scope, plan, lookAt, events) {
      const [first, ...rest] = holdStatements(db, scope, [{ plan, lookAt, events }]);
      if (first !== undefined) await db.batch([first, ...rest]);
    },
    async heldPlan(scope, workload) {
      const rows = await selectPlans(db)
        .where(all(ofWorkload(plans, scope, workload), HELD))
        .limit(1);
      return rows.map(planOf)[0];
    },
    async heldDue(now, limit, project) {
      const rows = await selectPlans(db)
        .where(
          and(HELD, sql`look_at <= ${now}`, project === undefined ? undefined : eq(plans.project, project)),
        )
        .orderBy(asc(plans.lookAt))
        .limit(limit);
      return rows.map(planOf);
    },
    async lookAgain(scope, id, at, reason) {
      await db
        .update(plans)
        .set({ lookAt: at, ...(reason === undefined ? {} : { stateReason: cutSentence(reason) }) })
        .where(all(planKey(scope, id), HELD));
    },
    async endHeld(scope, plan, { state, reason, event }) {
      const one = all(planKey(scope, plan.id), HELD);
      const held = sql`exists (select 1 from ${plans} where ${one})`;
      // The events first, while the plan still is what they need it to be; the row that was changed tells whether it was.
      const [ended] = await db.batch([
        db.select({ id: plans.id }).from(plans).where(one),
        ...insertEvents(db, scope, plan.workload, [event], held),
        db
          .update(plans)
          .set({ state, stateReason: cutSentence(reason), endedAt: event.at, lookAt: null })
          .where(one),
      ]);
      return ended.length === 1;
    },
    async requestAbort(scope, plan, abort, event) {
      const open = all(
        planKey(scope, plan.id),
        sql`committed and abort is null`,
        inArray(plans.state, ["pending", "progressing"]),
      );
      const isOpen = sql`exists (select 1 from ${plans} where ${open})`;
      const [asked] = await db.batch([
        db.select({ id: plans.id }).from(plans).where(open),
        ...insertEvents(db, scope, plan.workload, [event], isOpen),
        makeDueWhere(db, all(workloadKey(scope, plan.workload), isOpen), event.at),
        db.update(plans).set({ abort }).where(open),
      ]);
      return asked.length === 1;
    },
  };
}

/** What holding some plans writes, each of a workload of its own: as many statements for many as for one. Throws `too-large-to-store`. */
export function holdStatements(
  db: Database,
  scope: Scope,
  list: readonly HeldWithin[],
): readonly Statement[] {
  const { project, environment } = scope;
  const rows = list.map(({ plan, lookAt }) => ({
    ...planEntry(plan),
    project,
    environment,
    committed: false,
    lookAt,
  }));
  const inserts = insertRows(db, plans, rows).map((insert) =>
    // A dry run that is committed as shown keeps its id; one that has gone on meanwhile stays what it is.
    insert.onConflictDoUpdate({
      target: [plans.project, plans.environment, plans.id],
      set: {
        body: sql`excluded.body`,
        born: sql`excluded.born`,
        state: "held",
        stateReason: sql`excluded.state_reason`,
        createdAt: sql`excluded.created_at`,
        lookAt: sql`excluded.look_at`,
      },
      setWhere: sql`plans.state = 'proposed' and not plans.committed and plans.workload = excluded.workload`,
    }),
  );
  return [
    ...inserts,
    ...supersedeHeld(
      db,
      scope,
      list.map(({ plan }) => ({ id: plan.workload, except: plan.id, now: plan.createdAt })),
    ),
    ...insertEventLists(
      db,
      scope,
      list.map(({ plan, events }) => ({ workload: plan.workload, events })),
    ),
  ];
}

/** Statements that end the held plans of some workloads (`id` is its name), but for one plan of each, because of something newer. */
export function supersedeHeld(
  db: Database,
  scope: Scope,
  entries: readonly { readonly id: string; readonly except: string; readonly now: number }[],
): readonly Statement[] {
  return jsonLists(entries).map((list) =>
    db
      .update(plans)
      .set({ state: "superseded", endedAt: sql`${entryField("now")}`, lookAt: null })
      .from(entriesOf(list))
      .where(
        all(
          // The pluses keep SQLite off the index by key, where it would read every plan there ever was: those that are held are few.
          sql`+${plans.project} = ${scope.project} and +${plans.environment} = ${scope.environment}`,
          sql`${plans.workload} = entry.id`,
          HELD,
          sql`${plans.id} <> ${entryField("except")}`,
        ),
      ),
  );
}

function planKey({ project, environment }: Scope, id: string): SQL {
  return all(eq(plans.project, project), eq(plans.environment, environment), eq(plans.id, id));
}
