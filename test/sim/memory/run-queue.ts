import { isFinal, type Attempt, type Run } from "../../../src/domain/run.ts";
import type { AttemptStep, RunClaim, RunProgress, RunStore } from "../../../src/store/run-store.ts";
import { appendEvents, targetId } from "./commit.ts";
import { makeDue } from "./queue.ts";
import { attemptsOf, runKey } from "./runs.ts";
import {
  kept,
  keyOf,
  newUnitRow,
  observationText,
  scopeOfKey,
  storedUnit,
  type RunRow,
  type Tables,
} from "./tables.ts";

type Loops = Pick<RunStore, "claimRuns" | "recordRun" | "attemptsOn" | "attemptsHeard">;

/** The queue of runs, and what its passes and the agents write. */
export function runQueue(tables: Tables): Loops {
  return {
    async claimRuns(now, leaseMs, most, project) {
      const due = [...tables.runs].filter(
        ([, { dueAt = Infinity, leaseUntil, run }]) =>
          dueAt <= now && leaseUntil <= now && (project ?? run.project) === run.project,
      );
      const first = due.sort(([, one], [, other]) => (one.dueAt ?? 0) - (other.dueAt ?? 0)).slice(0, most);
      return first.map(([of, row]) => {
        const held = { ...row, fence: row.fence + 1, leaseUntil: now + leaseMs, pokedAt: undefined };
        tables.runs.set(of, held);
        return claimOf(tables, of, held);
      });
    },
    async recordRun(claim, progress) {
      return recordRun(tables, claim, progress);
    },
    async attemptsOn(agent) {
      const rows = [...tables.attempts.values()].filter((row) => row.host === agent && !row.attempt.released);
      return rows.flatMap(({ of, attempt, report, reportedAt = 0 }) => {
        const run = tables.runs.get(of)?.run;
        const unit = tables.units.get(attempt.unit);
        if (run === undefined || unit === undefined) return [];
        const body = report === undefined ? undefined : { ...JSON.parse(report), at: reportedAt };
        return [{ run, attempt, unit: storedUnit(tables, unit), report: body }];
      });
    },
    async attemptsHeard(agent, observations, now) {
      let changed = 0;
      for (const seen of observations) {
        const row = tables.attempts.get(seen.unit);
        const report = observationText(seen);
        if (row?.host !== agent || row.attempt.released || row.report === report) continue;
        tables.attempts.set(seen.unit, { ...row, report, reportedAt: seen.at });
        const run = tables.runs.get(row.of);
        if (run !== undefined) tables.runs.set(row.of, { ...run, dueAt: now, pokedAt: now });
        changed += 1;
      }
      return changed;
    },
  };
}

function claimOf(tables: Tables, of: string, { key, run, fence, leaseUntil }: RunRow): RunClaim {
  const workload = tables.workloads.get(key);
  const units = [...new Set(run.units.map(({ id }) => id))]
    .sort()
    .flatMap((id) => tables.units.get(id) ?? []);
  const trigger = workload === undefined ? "destroy" : tables.plans.get(workload.plan)?.plan.trigger;
  const { project, environment } = scopeOfKey(key);
  return {
    scope: { project, environment },
    run,
    workloadId: workload?.id ?? "",
    attempts: attemptsOf(tables, of).map(({ attempt }) => ({ ...attempt, lastLines: [] })),
    units: units.map((row) => storedUnit(tables, row)),
    removing: trigger === "destroy",
    fence,
    leaseUntil,
  };
}

function recordRun(tables: Tables, claim: RunClaim, progress: RunProgress): boolean {
  const key = keyOf(claim.scope, claim.run.workload);
  const of = runKey(key, claim.run.id);
  if (tables.runs.get(of)?.fence !== claim.fence) return false;
  const hosts = new Map(claim.units.map(({ unit }) => [unit.id, unit.place.host]));
  for (const attempt of progress.begun ?? [])
    if (!tables.attempts.has(attempt.id))
      tables.attempts.set(attempt.id, { of, attempt: kept(attempt), host: hosts.get(attempt.unit) });
  for (const step of progress.steps ?? []) writeStep(tables, of, step);
  const units = placeRun(tables, key, claim, progress);
  appendEvents(tables, key, progress.events ?? []);
  if (progress.done === true || progress.endedAt !== undefined) makeDue(tables, key, progress.now);
  writeRun(tables, of, progress, units);
  return true;
}

/** The units of a run after this progress: those that it gets only if each of them stands by then. */
function placeRun(
  tables: Tables,
  key: string,
  { scope, run }: RunClaim,
  { placed }: RunProgress,
): Run["units"] | undefined {
  if (placed === undefined) return undefined;
  for (const unit of placed.newUnits) {
    const target = targetId(tables, scope, unit.place.target ?? "");
    if (target !== undefined && !tables.units.has(unit.id))
      tables.units.set(unit.id, newUnitRow(key, unit, target));
  }
  const known = new Set(run.units.map(({ id }) => id));
  const stand = placed.units.every(({ id }) => known.has(id) || tables.units.get(id)?.state === "wanted");
  const inForce = placed.of === undefined || tables.workloads.get(key)?.plan === placed.of;
  return stand && inForce ? kept(placed.units) : undefined;
}

// What has ended stays as it ended; only that it was taken away, or could not be yet, is still to be told of it.
function writeStep(tables: Tables, of: string, { setback, ...step }: AttemptStep): void {
  const row = attemptsOf(tables, of).find(({ attempt }) => attempt.number === step.number);
  if (row === undefined) return;
  const before = row.attempt;
  const released = step.released ?? before.released;
  const told = setback === null ? undefined : (kept(setback) ?? before.setback);
  const ended = { ...before, released, setback: told };
  const attempt: Attempt = isFinal(before)
    ? ended
    : {
        ...ended,
        ...kept(step),
        released,
        answeredAt: before.answeredAt ?? step.answeredAt,
        startedAt: before.startedAt ?? step.startedAt,
        stop: before.stop ?? kept(step.stop),
      };
  tables.attempts.set(before.id, { ...row, attempt });
}

function writeRun(tables: Tables, of: string, progress: RunProgress, units: Run["units"] | undefined): void {
  const row = tables.runs.get(of);
  if (row === undefined) return;
  const { state, reason, placing, startedAt, endedAt, done, dueAt, release } = progress;
  const before = row.run;
  const isOpen = before.endedAt === undefined;
  const run = {
    ...before,
    units: units ?? before.units,
    placing: placing === null ? undefined : (kept(placing) ?? before.placing),
    state: isOpen ? (state ?? before.state) : before.state,
    stateReason: isOpen ? (reason ?? before.stateReason) : before.stateReason,
    startedAt: before.startedAt ?? startedAt,
    endedAt: before.endedAt ?? endedAt,
  };
  const next = dueAt === undefined ? row.pokedAt : Math.min(dueAt, row.pokedAt ?? dueAt);
  const freed = release === true ? { dueAt: next, pokedAt: undefined, leaseUntil: 0 } : {};
  tables.runs.set(of, { ...row, run, done: done ?? row.done, ...freed });
}
