import { eq, inArray, sql, type SQL } from "drizzle-orm";
import { attempts, meterFacts, runs } from "../../db/schema.ts";
import { isFinal, type Attempt } from "../domain/run.ts";
import { makeDueWhere } from "./claims.ts";
import type { Database, Statement } from "./database.ts";
import { entriesOf } from "./entries.ts";
import { insertEvents } from "./events.ts";
import { insertFrom, ONE_ROW } from "./insert-from.ts";
import { insertRows } from "./insert-rows.ts";
import { all, ofWorkload } from "./keys.ts";
import { jsonLists } from "./row-size.ts";
import { runKey, stepEntry } from "./run-rows.ts";
import type { RunClaim, RunProgress, RunStore } from "./run-store.ts";
import { placeRun } from "./run-places.ts";
import { cutSentence } from "./words.ts";
import { workloadKey } from "./workloads.ts";

/** What one pass over a run leaves behind. */
export function runRecording(db: Database): Pick<RunStore, "recordRun"> {
  return {
    async recordRun(claim, progress) {
      const held = all(runKey(claim.scope, claim.run.workload, claim.run.id), eq(runs.fence, claim.fence));
      const when = sql`exists (select 1 from ${runs} where ${held})`;
      const [holders] = await db.batch([
        db.select({ id: runs.id }).from(runs).where(held),
        ...begin(db, claim, progress, when),
        ...stepAttempts(db, claim, progress, when),
        ...noteLive(db, claim, progress, when),
        ...placeRun(db, claim, progress, when),
        ...insertEvents(db, claim.scope, claim.run.workload, progress.events ?? [], when),
        ...wakeWorkload(db, claim, progress, when),
        // Last, for it can end the lease.
        ...runStatements(db, progress, held),
      ]);
      return holders.length === 1;
    },
  };
}

function begin(db: Database, claim: RunClaim, { begun = [] }: RunProgress, when: SQL): readonly Statement[] {
  const { workload, id: run } = claim.run;
  const hosts = new Map(claim.units.map(({ unit }) => [unit.id, unit.place.host ?? null]));
  const rows = begun.map((attempt) => {
    const host = hosts.get(attempt.unit) ?? null;
    return { ...attempt, ...claim.scope, workload, run, host, released: 0 };
  });
  return insertRows(db, attempts, rows, {}, when).map((insert) => insert.onConflictDoNothing());
}

const LIVE = ["starting", "running"] as const;

function stepAttempts(
  db: Database,
  claim: RunClaim,
  { steps = [] }: RunProgress,
  when: SQL,
): readonly Statement[] {
  const mine = all(ofWorkload(attempts, claim.scope, claim.run.workload), eq(attempts.run, claim.run.id));
  return jsonLists(steps.map(stepEntry)).flatMap((list) => {
    const one = all(mine, sql`${attempts.number} = cast(entry.id as integer)`, when);
    const from = entriesOf(list);
    // What has ended stays as it ended; only that it was taken away, or could not be yet, is still to be told of it.
    return [
      db
        .update(attempts)
        .set(CLEARED)
        .from(from)
        .where(all(one, sql`not (${inArray(attempts.phase, LIVE)})`)),
      db
        .update(attempts)
        .set(STEPPED)
        .from(from)
        .where(all(one, inArray(attempts.phase, LIVE))),
    ];
  });
}

const field = (name: string, column: string) =>
  sql`coalesce(entry.value ->> ${sql.raw(`'$.${name}'`)}, ${sql.raw(column)})`;
const json = (name: string, column: string) =>
  sql`coalesce(entry.value -> ${sql.raw(`'$.${name}'`)}, ${sql.raw(column)})`;

const CLEARED = {
  released: field("released", "released"),
  setback: sql`case json_type(entry.value, '$.setback') when 'null' then null when 'object' then entry.value -> '$.setback' else setback end`,
} as const;

const STEPPED = {
  ...CLEARED,
  phase: field("phase", "phase"),
  answeredAt: sql`coalesce(answered_at, entry.value ->> '$.answeredAt')`,
  lookedAt: field("lookedAt", "looked_at"),
  exitCode: field("exitCode", "exit_code"),
  reason: field("reason", "reason"),
  // Its time runs from when it was first seen to run: a later word does not lengthen it.
  startedAt: sql`coalesce(started_at, entry.value ->> '$.startedAt')`,
  endedAt: field("endedAt", "ended_at"),
  lastLines: json("lastLines", "last_lines"),
  stop: sql`coalesce(stop, entry.value -> '$.stop')`,
} as const;

// How many containers of a unit are billed now, over all its runs. After the update: what it counts is what is then there.
function noteLive(db: Database, claim: RunClaim, progress: RunProgress, when: SQL): readonly Statement[] {
  const { scope, run } = claim;
  return changedUnits(claim, progress).flatMap(({ unit, at }) => {
    const live = sql`(select count(*) from ${attempts} where ${all(
      ofWorkload(attempts, scope, run.workload),
      eq(attempts.unit, unit),
      inArray(attempts.phase, LIVE),
      sql`answered_at is not null`,
    )})`;
    const applied = sql`json_object('kind', 'applied', 'replicas', ${live})`;
    const phase = sql`json_object('kind', 'phase', 'phase', case when ${live} = 0 then 'off' else 'run' end)`;
    const fact = (event: SQL) =>
      insertFrom(
        db,
        meterFacts,
        {
          project: sql`${scope.project}`,
          environment: sql`${scope.environment}`,
          workload: sql`${run.workload}`,
          unit: sql`${unit}`,
          at: sql`${at}`,
          event,
        },
        sql`${ONE_ROW} where ${when}`,
      );
    return [fact(applied), fact(phase)];
  });
}

/** Units of which a try begins or ends to be billed by this progress, and when it did by its provider's word. */
function changedUnits(
  { attempts: before }: RunClaim,
  { steps = [], begun = [], now }: RunProgress,
): readonly { readonly unit: string; readonly at: number }[] {
  const known = new Map<number, Attempt>([...before, ...begun].map((attempt) => [attempt.number, attempt]));
  const times = new Map<string, number>();
  for (const step of steps) {
    const attempt = known.get(step.number);
    if (attempt === undefined || isFinal(attempt)) continue;
    const ends = step.phase !== undefined && isFinal({ phase: step.phase });
    const begins = attempt.answeredAt === undefined && step.answeredAt !== undefined;
    if (!begins && !ends) continue;
    const at = Math.min(now, (ends ? step.endedAt : step.startedAt) ?? now);
    times.set(attempt.unit, Math.max(at, times.get(attempt.unit) ?? 0));
  }
  return [...times].map(([unit, at]) => ({ unit, at }));
}

// A run that is over may let the next one begin, and one that is done frees its units.
function wakeWorkload(
  db: Database,
  { scope, run }: RunClaim,
  { done, endedAt, now }: RunProgress,
  when: SQL,
): readonly Statement[] {
  if (done !== true && endedAt === undefined) return [];
  return [makeDueWhere(db, all(workloadKey(scope, run.workload), when), now)];
}

function runStatements(db: Database, progress: RunProgress, held: SQL): readonly Statement[] {
  const { state, reason, placing, startedAt, endedAt, done, dueAt, release } = progress;
  const waits = placing && { ...placing, message: cutSentence(placing.message) };
  const set = {
    ...(waits === undefined ? {} : { placing: waits }),
    ...(state === undefined ? {} : { state: sql`case when ended_at is null then ${state} else state end` }),
    ...(reason === undefined
      ? {}
      : { stateReason: sql`case when ended_at is null then ${cutSentence(reason)} else state_reason end` }),
    ...(startedAt === undefined ? {} : { startedAt: sql`coalesce(started_at, ${startedAt})` }),
    ...(endedAt === undefined ? {} : { endedAt: sql`coalesce(ended_at, ${endedAt})` }),
    ...(done === undefined ? {} : { done }),
  };
  const statements: Statement[] = Object.keys(set).length === 0 ? [] : [db.update(runs).set(set).where(held)];
  if (release !== true) return statements;
  // Somebody who made it due during the claim has been seen by nobody yet: the earlier of both times counts.
  const next = dueAt === undefined ? sql`poked_at` : sql`min(${dueAt}, coalesce(poked_at, ${dueAt}))`;
  return [...statements, db.update(runs).set({ dueAt: next, pokedAt: null, leaseUntil: 0 }).where(held)];
}
