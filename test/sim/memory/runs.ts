import { isOver, RUNS_KEPT, type Attempt, type Run } from "../../../src/domain/run.ts";
import type { ClaimedRuns, RunStore, ScheduleProgress } from "../../../src/store/run-store.ts";
import type { Claim, Progress } from "../../../src/store/store.ts";
import { kept, keyOf, type AttemptRow, type RunRow, type Tables } from "./tables.ts";

type People = Pick<RunStore, "startRun" | "run" | "runs" | "attempts" | "attemptNamed" | "stopRuns">;

/** Runs as people begin, read and stop them. */
export function runs(tables: Tables): People {
  return {
    async startRun(scope, run, { most, keep }) {
      const key = keyOf(scope, run.workload);
      const open = runsOf(tables, key).filter((row) => !isOver(row.run)).length;
      const may = isInForce(tables, key, run) && open < most;
      beginRun(tables, key, may ? run : undefined, keep);
      if (tables.runs.has(runKey(key, run.id))) return "started";
      return open >= most ? "too-many" : "overtaken";
    },
    async run(scope, workload, id) {
      return tables.runs.get(runKey(keyOf(scope, workload), id))?.run;
    },
    async runs(scope, workload, { before = Infinity, limit }) {
      const rows = newestFirst(runsOf(tables, keyOf(scope, workload)));
      return rows
        .map(({ run }) => run)
        .filter(({ createdAt }) => createdAt < before)
        .slice(0, limit);
    },
    async attempts(scope, workload, run) {
      return attemptsOf(tables, runKey(keyOf(scope, workload), run)).map(attemptIn);
    },
    async attemptNamed(scope, workload, unit, name) {
      const rows = runsOf(tables, keyOf(scope, workload)).flatMap(({ key, run }) =>
        attemptsOf(tables, runKey(key, run.id)).map(({ attempt }) => ({ run, attempt })),
      );
      return rows.find(({ attempt }) => attempt.unit === unit && attempt.name === name);
    },
    async stopRuns(scope, workload, stop, id) {
      const key = keyOf(scope, workload);
      const asked = stopOpen(tables, key, stop, id);
      const left = id === undefined ? runsOf(tables, key).filter(({ done }) => !done) : [];
      for (const row of left)
        tables.runs.set(runKey(key, row.run.id), { ...row, dueAt: stop.at, pokedAt: stop.at });
      return asked;
    },
  };
}

/** The key of a run's row, of its workload's. */
export function runKey(key: string, id: string): string {
  return JSON.stringify([key, id]);
}

/** Rows of the tries of a run, in their order. */
export function attemptsOf(tables: Tables, of: string): readonly AttemptRow[] {
  return [...tables.attempts.values()]
    .filter((row) => row.of === of)
    .sort((one, other) => one.attempt.number - other.attempt.number);
}

/** The try of a row, as a database gives it back. */
export function attemptIn({ attempt }: AttemptRow): Attempt {
  return attempt;
}

/** Names of a unit's tries of which something may be there. */
export function heldTries(tables: Tables, unit: string): readonly string[] {
  const held = [...tables.attempts.values()].filter(
    ({ attempt }) => attempt.unit === unit && !attempt.released,
  );
  return held.filter(({ of }) => tables.runs.get(of)?.done === false).map(({ attempt }) => attempt.name);
}

/** What a claim of a workload tells of its runs. */
export function claimedRuns(tables: Tables, key: string): ClaimedRuns {
  const used = runsOf(tables, key).filter(({ done }) => !done);
  return {
    units: new Set(used.flatMap(({ run }) => run.units.map(({ id }) => id))),
    open: used.filter(({ run }) => !isOver(run)).map(({ run }) => run.id),
    scheduled: tables.workloads.get(key)?.scheduled,
  };
}

/** Whether a scheduled run is to begin, and another is under way that its pass has not seen. */
export function hasUnseen(
  tables: Tables,
  key: string,
  { runs: seen }: Claim,
  { schedule }: Progress,
): boolean {
  if (schedule?.run === undefined) return false;
  const known = new Set([...(seen?.open ?? []), schedule.run.id]);
  return runsOf(tables, key).some(({ run }) => !isOver(run) && !known.has(run.id));
}

/** What a pass over a workload writes of its schedule. */
export function writeSchedule(tables: Tables, key: string, progress: ScheduleProgress): void {
  const { scheduled, run, replaces } = progress;
  const row = tables.workloads.get(key);
  if (row !== undefined) tables.workloads.set(key, { ...row, scheduled: kept(scheduled) });
  if (replaces !== undefined) stopOpen(tables, key, replaces);
  if (run !== undefined) beginRun(tables, key, run, RUNS_KEPT);
}

function runsOf(tables: Tables, key: string): readonly RunRow[] {
  return [...tables.runs.values()].filter((row) => row.key === key);
}

function newestFirst(rows: readonly RunRow[]): readonly RunRow[] {
  return rows.toSorted((one, other) => {
    const later = other.run.createdAt - one.run.createdAt;
    return later === 0 ? (one.run.id < other.run.id ? 1 : -1) : later;
  });
}

function isInForce(tables: Tables, key: string, run: Run): boolean {
  const workload = tables.workloads.get(key);
  const state = workload?.state ?? "";
  const stand = run.units.every(({ id }) => tables.units.get(id)?.state === "wanted");
  return workload?.plan === run.plan && ["pending", "progressing", "ready"].includes(state) && stand;
}

function beginRun(tables: Tables, key: string, run: Run | undefined, keep: number): void {
  if (run !== undefined && isNew(tables, key, run))
    tables.runs.set(runKey(key, run.id), {
      key,
      run: kept(run),
      done: false,
      dueAt: run.createdAt,
      leaseUntil: 0,
      fence: 0,
    });
  for (const old of newestFirst(runsOf(tables, key)).slice(keep)) {
    if (!old.done) continue;
    const of = runKey(key, old.run.id);
    tables.runs.delete(of);
    for (const [name, row] of tables.attempts) if (row.of === of) tables.attempts.delete(name);
  }
}

// One id is one run, and so is one moment of a schedule.
function isNew(tables: Tables, key: string, { id, scheduledFor }: Run): boolean {
  const sameMoment = (row: RunRow) => scheduledFor !== undefined && row.run.scheduledFor === scheduledFor;
  return !tables.runs.has(runKey(key, id)) && !runsOf(tables, key).some(sameMoment);
}

function stopOpen(tables: Tables, key: string, stop: NonNullable<Run["stop"]>, id?: string): number {
  const open = runsOf(tables, key).filter(({ run }) => !isOver(run) && (id ?? run.id) === run.id);
  for (const row of open) {
    const run = { ...row.run, stop: row.run.stop ?? kept(stop) };
    tables.runs.set(runKey(key, run.id), { ...row, run, dueAt: stop.at, pokedAt: stop.at });
  }
  return open.length;
}
