import { isOver, type Attempt, type Run } from "../domain/run.ts";
import { iso } from "./instants.ts";

/** A run as the API shows it, with ISO times. Asked to end, it is `stopping` from that moment on. */
export function runView(run: Run) {
  const stopping = run.stop !== undefined && !isOver(run);
  return {
    id: run.id,
    workload: run.workload,
    environment: run.environment,
    state: stopping ? ("stopping" as const) : run.state,
    stateReason: run.stateReason,
    trigger: run.trigger,
    scheduledFor: iso(run.scheduledFor),
    actor: run.actor,
    reason: run.reason,
    plan: run.plan,
    generation: run.generation,
    revision: run.revision,
    parallelism: run.job.parallelism,
    retries: run.job.retries,
    timeoutSeconds: run.job.timeoutSeconds,
    stop: run.stop && { ...run.stop, at: iso(run.stop.at) },
    createdAt: iso(run.createdAt),
    startedAt: iso(run.startedAt),
    endedAt: iso(run.endedAt),
  };
}

/** The same with each of its tries. */
export function runWithAttempts(run: Run, attempts: readonly Attempt[]) {
  return { ...runView(run), attempts: attempts.map(attemptView) };
}

function attemptView(attempt: Attempt) {
  return {
    attempt: attempt.number,
    index: attempt.index,
    name: attempt.name,
    phase: attempt.phase,
    exitCode: attempt.exitCode,
    reason: attempt.reason ?? attempt.stop?.because ?? attempt.setback?.message,
    startedAt: iso(attempt.startedAt ?? attempt.answeredAt),
    endedAt: iso(attempt.endedAt),
    lastLines: attempt.lastLines,
  };
}
