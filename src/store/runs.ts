import { and, asc, desc, eq, inArray, lt, sql, type SQL } from "drizzle-orm";
import { attempts, runs, units, workloads } from "../../db/schema.ts";
import type { Run, RunState } from "../domain/run.ts";
import type { Database, Statement } from "./database.ts";
import { MAX_LIST } from "./database.ts";
import { insertRows } from "./insert-rows.ts";
import { all, ofWorkload } from "./keys.ts";
import { attemptOf, runColumns, runKey, runOf } from "./run-rows.ts";
import type { RunStore } from "./run-store.ts";
import type { Scope } from "./store.ts";
import { workloadKey } from "./workloads.ts";

/** The states of a run that is not over. */
export const OPEN_RUN = ["pending", "running", "stopping"] as const satisfies readonly RunState[];

/** Runs as people begin, read and stop them. */
export function runRows(
  db: Database,
): Pick<RunStore, "startRun" | "run" | "runs" | "attempts" | "attemptNamed" | "stopRuns"> {
  return {
    async startRun(scope, run, { most, keep }) {
      const { workload } = run;
      const few = sql`(select count(*) from ${runs} where ${openOf(scope, workload)}) < ${most}`;
      const [, , , kept, open] = await db.batch([
        ...insertRun(db, scope, run, all(inForce(scope, run), few), keep),
        db
          .select({ id: runs.id })
          .from(runs)
          .where(runKey(scope, workload, run.id)),
        db
          .select({ count: sql<number>`count(*)` })
          .from(runs)
          .where(openOf(scope, workload)),
      ]);
      if (kept.length === 1) return "started";
      return (open[0]?.count ?? 0) >= most ? "too-many" : "overtaken";
    },
    async run(scope, workload, id) {
      const rows = await db
        .select()
        .from(runs)
        .where(runKey(scope, workload, id))
        .limit(1);
      return rows.map(runOf)[0];
    },
    async runs(scope, workload, { before, limit }) {
      const older = before === undefined ? undefined : lt(runs.createdAt, before);
      const rows = await db
        .select()
        .from(runs)
        .where(and(ofWorkload(runs, scope, workload), older))
        .orderBy(desc(runs.createdAt), desc(runs.id))
        .limit(limit);
      return rows.map(runOf);
    },
    async attempts(scope, workload, run) {
      const rows = await db
        .select()
        .from(attempts)
        .where(all(ofWorkload(attempts, scope, workload), eq(attempts.run, run)))
        .orderBy(asc(attempts.number))
        .limit(MAX_LIST);
      return rows.map(attemptOf);
    },
    async attemptNamed(scope, workload, unit, name) {
      const rows = await db
        .select({ run: runs, attempt: attempts })
        .from(attempts)
        .innerJoin(runs, and(ofWorkload(runs, scope, workload), eq(runs.id, attempts.run)))
        .where(all(ofWorkload(attempts, scope, workload), eq(attempts.unit, unit), eq(attempts.name, name)))
        .limit(1);
      return rows.map(({ run, attempt }) => ({ run: runOf(run), attempt: attemptOf(attempt) }))[0];
    },
    async stopRuns(scope, workload, stop, id) {
      const open = openOf(scope, workload);
      const one = id === undefined ? open : all(open, eq(runs.id, id));
      const asking = db.update(runs).set(stopColumns(stop)).where(one).returning({ id: runs.id });
      if (id !== undefined) return (await asking).length;
      const left = all(ofWorkload(runs, scope, workload), sql`not done`);
      const [asked] = await db.batch([
        asking,
        db.update(runs).set({ dueAt: stop.at, pokedAt: stop.at }).where(left),
      ]);
      return asked.length;
    },
  };
}

/** Statements that begin a run where `when` holds, and take away ended ones beyond the newest `keep`; three of them. */
export function insertRun(
  db: Database,
  scope: Scope,
  run: Run,
  when: SQL,
  keep: number,
): readonly [Statement, Statement, Statement] {
  const { workload } = run;
  const mine = ofWorkload(runs, scope, workload);
  const [insert] = insertRows(db, runs, [{ ...runColumns(run), ...scope }], {}, when);
  if (insert === undefined) throw new Error("a run made no row");
  const old = sql`${runs.done} and rowid in (select rowid from ${runs} where ${mine}
    order by created_at desc, id desc limit -1 offset ${keep})`;
  const orphaned = sql`not exists (select 1 from ${runs} where ${and(mine, sql`${runs.id} = ${attempts.run}`)})`;
  return [
    insert.onConflictDoNothing(),
    db.delete(runs).where(all(mine, old)),
    db.delete(attempts).where(all(ofWorkload(attempts, scope, workload), orphaned)),
  ];
}

/** Runs of a workload that are not over. */
export function openOf(scope: Scope, workload: string): SQL {
  return all(ofWorkload(runs, scope, workload), inArray(runs.state, OPEN_RUN));
}

/** What asking a run to end changes of it: the first word stays, and it is looked at now. */
export function stopColumns(stop: NonNullable<Run["stop"]>) {
  return {
    stop: sql`coalesce(stop, ${JSON.stringify(stop)})`,
    dueAt: stop.at,
    pokedAt: stop.at,
  };
}

/** Whether the plan a run names is in force, and every unit it wants to run as still stands. */
function inForce(scope: Scope, run: Run): SQL {
  const ids = JSON.stringify(run.units.map(({ id }) => id));
  const here = all(
    workloadKey(scope, run.workload),
    eq(workloads.plan, run.plan),
    inArray(workloads.state, ["pending", "progressing", "ready"]),
  );
  const stand = all(
    ofWorkload(units, scope, run.workload),
    eq(units.state, "wanted"),
    sql`${units.id} in (select value from json_each(${ids}))`,
  );
  return sql`exists (select 1 from ${workloads} where ${here})
    and (select count(*) from ${units} where ${stand}) = ${run.units.length}`;
}
