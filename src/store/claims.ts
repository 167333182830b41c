import { and, asc, eq, isNotNull, lte, sql, type SQL } from "drizzle-orm";
import { plans, routes, runs, units as unitRows, workloads } from "../../db/schema.ts";
import { isOver } from "../domain/run.ts";
import { MAX_LIST, type Database, type Statement } from "./database.ts";
import { all, ofWorkload } from "./keys.ts";
import { planOf, selectPlans } from "./plan-row.ts";
import { routeOf } from "./routes.ts";
import type { Claim, Scope, Store } from "./store.ts";
import { storedUnitOf } from "./unit-row.ts";
import { selectUnits, standingOf } from "./units.ts";
import { workloadKey, workloadOf } from "./workloads.ts";

/** The reconciler's queue: who is due, and who holds it. */
export function claims(db: Database): Pick<Store, "claimDue" | "makeDue" | "nextDue" | "dueProjects"> {
  return {
    async claimDue(now, leaseMs, project) {
      const free = all(lte(workloads.dueAt, now), lte(workloads.leaseUntil, now), ...within(project));
      const rows = await db
        .update(workloads)
        .set({ fence: sql`fence + 1`, leaseUntil: now + leaseMs, pokedAt: null })
        .where(
          sql`rowid = (select rowid from ${workloads} where ${free} order by ${workloads.dueAt} limit 1)`,
        )
        .returning();
      const row = rows[0];
      return row === undefined ? undefined : await readClaim(db, row, row.name, row.fence, row.leaseUntil);
    },
    async makeDue(scope, workload, at) {
      await makeDueWhere(db, workloadKey(scope, workload), at);
    },
    async nextDue(project) {
      const soonest = sql<number | null>`min(max(due_at, lease_until))`;
      const [ofWorkloads, ofRuns] = await db.batch([
        db
          .select({ at: soonest })
          .from(workloads)
          .where(all(isNotNull(workloads.dueAt), ...within(project))),
        db
          .select({ at: soonest })
          .from(runs)
          .where(and(isNotNull(runs.dueAt), project === undefined ? undefined : eq(runs.project, project))),
      ]);
      const times = [...ofWorkloads, ...ofRuns].flatMap(({ at }) => at ?? []);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    async dueProjects(now, limit) {
      const due = (table: typeof workloads | typeof runs) =>
        db
          .select({ project: table.project, at: sql<number>`min(due_at)` })
          .from(table)
          .where(all(lte(table.dueAt, now), lte(table.leaseUntil, now)))
          .groupBy(table.project)
          .orderBy(sql`min(due_at)`)
          .limit(limit);
      const rows = (await db.batch([due(workloads), due(runs)])).flat().sort((a, b) => a.at - b.at);
      return [...new Set(rows.map(({ project }) => project))].slice(0, limit);
    },
  };
}

const within = (project: string | undefined) =>
  project === undefined ? [] : [eq(workloads.project, project)];

/** Makes workloads due at `at` unless they are due earlier. It is noted apart, too, so that a claim's end does not forget it. */
export function makeDueWhere(db: Database, where: SQL, at: number) {
  return db
    .update(workloads)
    .set({
      dueAt: sql`min(coalesce(due_at, ${at}), ${at})`,
      pokedAt: sql`min(coalesce(poked_at, ${at}), ${at})`,
    })
    .where(where) satisfies Statement;
}

// One batch is one moment: the plan, its parent, its units and the route belong together.
async function readClaim(db: Database, scope: Scope, name: string, fence: number, leaseUntil: number) {
  const key = and(workloadKey(scope, name), eq(workloads.fence, fence));
  const inForce = sql`(select plan from workloads where ${key})`;
  const mine = ofWorkload(plans, scope, name);
  const parent = sql`(select body ->> '$.parent' from plans where ${and(mine, eq(plans.id, inForce))})`;
  const [workload, plan, before, units, route, used] = await db.batch([
    db.select().from(workloads).where(key),
    selectPlans(db).where(and(mine, eq(plans.id, inForce))),
    selectPlans(db).where(and(mine, eq(plans.id, parent))),
    selectUnits(db, standingOf(scope, name)).orderBy(asc(unitRows.id)),
    db
      .select()
      .from(routes)
      .where(ofWorkload(routes, scope, name)),
    db
      .select({ id: runs.id, units: runs.units, state: runs.state })
      .from(runs)
      .where(all(ofWorkload(runs, scope, name), sql`not done`))
      .limit(MAX_LIST),
  ]);
  // The lease ended before it was read: another holds it now.
  if (workload[0] === undefined) return undefined;
  if (plan[0] === undefined)
    throw new Error(`workload ${name} names plan ${workload[0].plan}, which is not stored`);
  const claim: Claim = {
    scope: { project: scope.project, environment: scope.environment },
    workload: workloadOf(workload[0]),
    plan: planOf(plan[0]),
    parent: before.map(planOf)[0],
    units: units.map(storedUnitOf),
    route: route.map(routeOf)[0],
    runs: {
      units: new Set(used.flatMap((run) => run.units.map(({ id }) => id))),
      open: used.filter((run) => !isOver(run)).map(({ id }) => id),
      scheduled: workload[0].scheduled ?? undefined,
    },
    fence,
    leaseUntil,
  };
  return claim;
}
