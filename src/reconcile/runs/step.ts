import { isFinal, type Attempt, type RunObservation } from "../../domain/run.ts";
import type { AttemptStep } from "../../store/store.ts";

/** What is recorded of a try by what its provider says of it. */
export function stepOf(attempt: Attempt, seen: RunObservation, now: number): AttemptStep {
  const { phase, exitCode, reason, startedAt, endedAt, lastLines } = seen;
  const ended = isFinal(seen);
  const runs = startedAt ?? (phase === "running" ? now : undefined);
  return {
    number: attempt.number,
    phase,
    lookedAt: now,
    setback: null,
    ...(runs === undefined ? {} : { startedAt: Math.min(runs, now) }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(reason === undefined ? {} : { reason }),
    ...(lastLines.length === 0 ? {} : { lastLines }),
    ...(ended ? { endedAt: Math.min(endedAt ?? now, now) } : {}),
  };
}
