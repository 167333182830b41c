import { and, eq, inArray, sql, type SQL } from "drizzle-orm";
import { overrides, plans, reservations, units, workloads } from "../../db/schema.ts";
import type { PlanState } from "../domain/plan.ts";
import type { Database, Statement } from "./database.ts";
import { entriesOf } from "./entries.ts";
import { jsonLists } from "./row-size.ts";
import { insertEvents } from "./events.ts";
import { all, ofWorkload } from "./keys.ts";
import { notePhases, noteSteps } from "./meter-facts.ts";
import { dropRoute, putRoute } from "./routes.ts";
import type { Claim, Progress, Store } from "./store.ts";
import { noneUnseen, scheduleStatements } from "./schedules.ts";
import { observationEntry } from "./unit-row.ts";
import { STANDING } from "./units.ts";
import { cutLines, cutSentence } from "./words.ts";
import { workloadKey } from "./workloads.ts";

/** The states in which a plan has come to an end. */
const ENDED: ReadonlySet<PlanState> = new Set([
  "ready",
  "rolled-back",
  "failed",
  "aborted",
  "superseded",
  "expired",
]);

/** What one pass of the reconciler leaves behind. */
export function recording(db: Database): Pick<Store, "record"> {
  return {
    async record(claim, progress) {
      const held = all(holds(claim), ...noneUnseen(claim, progress));
      const when = sql`exists (select 1 from ${workloads} where ${held})`;
      const [holders] = await db.batch([
        db.select({ name: workloads.name }).from(workloads).where(held),
        ...unitStatements(db, claim, progress, when),
        ...planStatements(db, claim, progress, when),
        ...routeStatements(db, claim, progress, when),
        ...scheduleStatements(db, claim, progress, held, when),
        ...insertEvents(db, claim.scope, claim.workload.name, progress.events ?? [], when),
        ...queueStatements(db, claim, progress, held),
        ...removal(db, claim, progress, when),
      ]);
      return holders.length === 1;
    },
  };
}

// A commit since the claim makes it stale, too: what was decided for the old plan must not touch the new one's rows.
function holds({ scope, workload, fence }: Claim): SQL {
  return all(
    workloadKey(scope, workload.name),
    eq(workloads.fence, fence),
    eq(workloads.generation, workload.generation),
  );
}

function unitStatements(db: Database, claim: Claim, progress: Progress, when: SQL): readonly Statement[] {
  const standing = all(ofWorkload(units, claim.scope, claim.workload.name), inArray(units.state, STANDING));
  const observed = jsonLists((progress.observations ?? []).map(observationEntry)).flatMap((list) => [
    notePhases(db, entriesOf(list), all(standing, sql`${units.id} = entry.id`, when), progress.now),
    db
      .update(units)
      .set({
        observation: sql`entry.value -> '$.body'`,
        seenAt: sql`entry.value ->> '$.at'`,
        observedAt: progress.now,
      })
      .from(entriesOf(list))
      .where(all(standing, sql`${units.id} = entry.id`, when)),
  ]);
  const moved = jsonLists((progress.units ?? []).map(stepEntry)).flatMap((list) => [
    noteSteps(db, list, all(standing, when), progress.now),
    db
      .update(units)
      .set(unitChanges(progress.now))
      .from(entriesOf(list))
      .where(all(standing, sql`${units.id} = entry.id`, when)),
  ]);
  return [...observed, ...moved];
}

type Step = NonNullable<Progress["units"]>[number];

function stepEntry({ probe, setback, ...step }: Step): Step {
  const reason = probe?.reason === undefined ? undefined : cutSentence(probe.reason);
  const message = cutSentence(setback?.message ?? "");
  return {
    ...step,
    probe: probe === undefined ? undefined : { ...probe, reason },
    setback: setback ? { ...setback, message } : setback,
  };
}

// States go one way: rows that are gone are not matched, gone takes all others, doomed takes only wanted. The first reason stays.
function unitChanges(now: number) {
  const next = sql`entry.value ->> '$.state'`;
  const kept = (path: string, column: string) =>
    sql`coalesce(entry.value -> ${sql.raw(`'$.${path}'`)}, ${sql.raw(column)})`;
  const cleared = (column: string) => sql`case when ${next} = 'gone' then null else ${sql.raw(column)} end`;
  return {
    state: sql`coalesce(${next}, state)`,
    doomedBecause: sql`case when ${next} is null then doomed_because else coalesce(doomed_because, entry.value ->> '$.because') end`,
    doomedAt: sql`case when ${next} is null then doomed_at else coalesce(doomed_at, ${now}) end`,
    appliedAt: sql`coalesce(entry.value ->> '$.appliedAt', applied_at)`,
    appliedReplicas: kept("appliedReplicas", "applied_replicas"),
    probe: kept("probe", "probe"),
    setback: sql`case json_type(entry.value, '$.setback') when 'null' then null when 'object' then entry.value -> '$.setback' else setback end`,
    observation: cleared("observation"),
    seenAt: cleared("seen_at"),
  };
}

function planStatements(
  db: Database,
  claim: Claim,
  { plan, now }: Progress,
  when: SQL,
): readonly Statement[] {
  if (plan === undefined) return [];
  const one = all(ofWorkload(plans, claim.scope, claim.workload.name), eq(plans.id, plan.id), when);
  const logTail = plan.logTail === undefined ? {} : { logTail: cutLines(plan.logTail) };
  const endedAt = ENDED.has(plan.state) ? sql`coalesce(ended_at, ${now})` : null;
  return [
    db
      .update(plans)
      .set({
        state: plan.state,
        stateReason: plan.reason === undefined ? null : cutSentence(plan.reason),
        endedAt,
        ...logTail,
      })
      .where(one),
  ];
}

function routeStatements(db: Database, claim: Claim, { route }: Progress, when: SQL): readonly Statement[] {
  if (route === undefined) return [];
  if (route === null) return dropRoute(db, claim.scope, claim.workload.name, when);
  return putRoute(db, claim.scope, claim.workload.name, route, when);
}

function queueStatements(db: Database, claim: Claim, progress: Progress, held: SQL): readonly Statement[] {
  const { scope, workload, fence } = claim;
  const { now, dueAt, restorePlan, plan } = progress;
  const statements: Statement[] = [];
  if (restorePlan !== undefined) statements.push(db.update(workloads).set({ plan: restorePlan }).where(held));
  if (restorePlan !== undefined || plan !== undefined) {
    const state = sql`(select ${plans.state} from ${plans}
      where ${and(ofWorkload(plans, scope, workload.name), sql`${plans.id} = ${workloads.plan}`)})`;
    statements.push(db.update(workloads).set({ state, updatedAt: now }).where(held));
  }
  if (progress.release !== true && dueAt === undefined) return statements;
  // Somebody who made it due during the claim has been seen by nobody yet: the earlier of both times counts.
  const next = dueAt === undefined ? sql`poked_at` : sql`min(${dueAt}, coalesce(poked_at, ${dueAt}))`;
  const overtaken = all(workloadKey(scope, workload.name), eq(workloads.fence, fence));
  statements.push(
    db.update(workloads).set({ dueAt: next, pokedAt: null, leaseUntil: 0 }).where(held),
    // Overtaken by a commit, it still gives the lease back, so that the new plan does not wait for it.
    db.update(workloads).set({ leaseUntil: 0 }).where(overtaken),
  );
  return statements;
}

// Only when nothing of it stands: a row that went too early would leave units that nobody looks after. Last, for it ends the fence.
function removal(db: Database, claim: Claim, progress: Progress, when: SQL): readonly Statement[] {
  if (progress.removeWorkload !== true) return [];
  const { scope, workload } = claim;
  const standing = all(ofWorkload(units, scope, workload.name), inArray(units.state, STANDING));
  const empty = all(when, sql`not exists (select 1 from ${units} where ${standing})`);
  return [
    ...dropRoute(db, scope, workload.name, empty),
    db.delete(overrides).where(all(ofWorkload(overrides, scope, workload.name), empty)),
    db.delete(reservations).where(all(ofWorkload(reservations, scope, workload.name), empty)),
    db.update(workloads).set({ dueAt: progress.now }).where(holds(claim)),
    db.delete(workloads).where(all(holds(claim), empty)),
  ];
}
