import { getTableColumns, type SQL } from "drizzle-orm";
import { attempts, runs } from "../../db/schema.ts";
import type { Attempt, Run } from "../domain/run.ts";
import type { Scope } from "./store.ts";
import { all, ofWorkload } from "./keys.ts";
import { eq } from "drizzle-orm";
import { fitting } from "./row-size.ts";
import { cutLines, cutSentence } from "./words.ts";
import type { AttemptStep } from "./run-store.ts";

/** A try's columns without its last lines, which only people read. */
export const { lastLines: _lastLines, report: _report, ...BARE_ATTEMPT } = getTableColumns(attempts);

type RunRow = typeof runs.$inferSelect;
type AttemptRow = Omit<typeof attempts.$inferSelect, "lastLines" | "report"> & {
  readonly lastLines?: readonly string[] | null;
};

/** The row of one run. */
export function runKey(scope: Scope, workload: string, id: string): SQL {
  return all(ofWorkload(runs, scope, workload), eq(runs.id, id));
}

/** The run of a row. */
export function runOf(row: RunRow): Run {
  const { project, environment, workload, id, plan, generation, revision, trigger, actor, reason } = row;
  return {
    project,
    environment,
    workload,
    id,
    plan,
    generation,
    revision,
    trigger,
    actor,
    reason,
    scheduledFor: row.scheduledFor ?? undefined,
    job: row.job,
    units: row.units,
    placing: row.placing ?? undefined,
    state: row.state,
    stateReason: row.stateReason ?? undefined,
    stop: row.stop ?? undefined,
    createdAt: row.createdAt,
    startedAt: row.startedAt ?? undefined,
    endedAt: row.endedAt ?? undefined,
  };
}

/** The columns of a new run, due at once. Throws `too-large-to-store`. */
export function runColumns(run: Run) {
  const { job, units } = run;
  fitting(`A run of ${run.workload}`, [job, units]);
  return {
    ...run,
    reason: cutSentence(run.reason),
    scheduledFor: run.scheduledFor ?? null,
    placing: null,
    stateReason: null,
    stop: null,
    startedAt: null,
    endedAt: null,
    done: 0,
    dueAt: run.createdAt,
    leaseUntil: 0,
    fence: 0,
  };
}

/** The try of a row. */
export function attemptOf(row: AttemptRow): Attempt {
  const { number, index, id, name, unit, phase, sentAt, released } = row;
  return {
    number,
    index,
    id,
    name,
    unit,
    phase,
    sentAt,
    released,
    answeredAt: row.answeredAt ?? undefined,
    lookedAt: row.lookedAt ?? undefined,
    exitCode: row.exitCode ?? undefined,
    reason: row.reason ?? undefined,
    startedAt: row.startedAt ?? undefined,
    endedAt: row.endedAt ?? undefined,
    lastLines: row.lastLines ?? [],
    stop: row.stop ?? undefined,
    setback: row.setback ?? undefined,
  };
}

/** A step as one entry of a JSON list, its foreign words cut to what is kept. */
export function stepEntry({ number, reason, lastLines, stop, setback, ...step }: AttemptStep) {
  return {
    ...step,
    id: String(number),
    reason: reason === undefined ? undefined : cutSentence(reason),
    lastLines: lastLines === undefined ? undefined : cutLines(lastLines),
    stop: stop && { ...stop, because: cutSentence(stop.because) },
    setback: setback ? { ...setback, message: cutSentence(setback.message) } : setback,
  };
}
