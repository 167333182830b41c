import { sql, type SQL } from "drizzle-orm";
import { runs, workloads } from "../../db/schema.ts";
import { RUNS_KEPT } from "../domain/run.ts";
import type { Database, Statement } from "./database.ts";
import { insertRun, openOf, stopColumns } from "./runs.ts";
import type { Claim, Progress } from "./store.ts";
import { all } from "./keys.ts";

/** Holds unless a scheduled run is to begin and another is under way that its pass has not seen: whether it may begin was decided without that one. */
export function noneUnseen({ scope, workload, runs: known }: Claim, { schedule }: Progress): readonly SQL[] {
  if (schedule?.run === undefined) return [];
  const seen = JSON.stringify([...(known?.open ?? []), schedule.run.id]);
  const unseen = all(
    openOf(scope, workload.name),
    sql`${runs.id} not in (select value from json_each(${seen}))`,
  );
  return [sql`not exists (select 1 from ${runs} where ${unseen})`];
}

/** What a pass over a workload writes of its schedule. In one batch under one fence: a moment begins one run, or none. */
export function scheduleStatements(
  db: Database,
  { scope, workload }: Claim,
  { schedule }: Progress,
  held: SQL,
  when: SQL,
): readonly Statement[] {
  if (schedule === undefined) return [];
  const { scheduled, run, replaces } = schedule;
  const others = all(openOf(scope, workload.name), when);
  return [
    db.update(workloads).set({ scheduled }).where(held),
    ...(replaces === undefined ? [] : [db.update(runs).set(stopColumns(replaces)).where(others)]),
    ...(run === undefined ? [] : insertRun(db, scope, run, when, RUNS_KEPT)),
  ];
}
