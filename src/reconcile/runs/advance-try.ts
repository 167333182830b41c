import type { Attempt, AttemptStop, Run } from "../../domain/run.ts";
import { fencedAt, isFencedOff, lostWords } from "./lost-host.ts";
import { isRefused, unitOfIndex } from "./places.ts";
import { act, NOTHING, waitUntil, type RunDecision, type RunWorld } from "./run-world.ts";
import {
  deadlineOf,
  keptUntil,
  LEAVE_MS,
  lookAgainAt,
  lostFrom,
  RESEND_MS,
  resendAt,
  stopEndsAt,
  stopFrom,
} from "./run-timing.ts";
import { isSeenOver } from "./tries.ts";

/** One step with a try that has not ended. `stopping`: why its run is to end. */
export function advanceTry(
  world: RunWorld,
  attempt: Attempt,
  stopping: string | undefined,
  now: number,
): RunDecision {
  const { stop, setback } = attempt;
  if (isFencedOff(world, attempt, now)) return giveUp(world, attempt, stopping, now);
  const fenced = fencedAt(world, attempt, now) ?? Infinity;
  if (stop !== undefined) return goOnStopping(world, attempt, stop, fenced, now);
  const late = lateness(world.run, attempt, now);
  if (stopping !== undefined || late !== undefined) return beginStop(attempt, stopping, late, now);
  if (setback !== undefined && setback.notBefore === undefined) return refused(attempt, setback.message, now);
  if (isRefused(attempt) && unitOfIndex(world.run, attempt.index) !== attempt.unit)
    return makeWay(attempt, setback?.message ?? "", now);
  const wake = (at: number) => waitUntil(Math.min(at, deadlineOf(world.run, attempt), fenced));
  if (setback?.notBefore !== undefined && setback.notBefore > now) return wake(setback.notBefore);
  // After some time a name may be free again at its provider although the try has run: from then on it is only looked for.
  if (attempt.answeredAt === undefined && now < lostFrom(attempt)) {
    if (now >= attempt.sentAt + RESEND_MS) return wake(lostFrom(attempt));
    if (now < resendAt(attempt)) return wake(resendAt(attempt));
    const because = setback?.message ?? "the call that starts it was not answered";
    return act({ do: "start", attempt, fresh: false, because });
  }
  const next = lookAgainAt(world.run, attempt);
  return next > now ? wake(next) : act({ do: "observe", attempt, because: "it has not ended yet" });
}

// Until its end is announced, a host that comes back in this very moment is told to begin it: only a silence that goes on after that counts.
function giveUp(world: RunWorld, attempt: Attempt, stopping: string | undefined, now: number): RunDecision {
  const { stop } = attempt;
  const words = lostWords(world, attempt.unit);
  if (stop === undefined) {
    const because = stopping ?? `${words}, which has stopped it by itself`;
    const announced = { why: stopping === undefined ? "lost" : "asked", because, at: now } as const;
    return act({ do: "announce-stop", attempt, stop: announced, because });
  }
  return act({ do: "end", attempt, phase: "unknown", because: `${words}: how it ended is not known` });
}

function beginStop(
  attempt: Attempt,
  stopping: string | undefined,
  late: string | undefined,
  now: number,
): RunDecision {
  const because = stopping ?? late ?? "";
  return endEarly(attempt, { why: stopping === undefined ? "timeout" : "asked", because, at: now });
}

function endEarly(attempt: Attempt, stop: AttemptStop): RunDecision {
  const { because } = stop;
  const mayArrive = stopFrom(attempt, stop.at) > stop.at;
  return act(
    mayArrive ? { do: "announce-stop", attempt, stop, because } : { do: "stop", attempt, stop, because },
  );
}

// A plain no to the first start is its end. To a later one it is not: an earlier one may have begun it, or may yet.
function refused(attempt: Attempt, because: string, now: number): RunDecision {
  if (attempt.answeredAt !== undefined || now < resendAt(attempt))
    return act({ do: "end", attempt, phase: "failed", because });
  return endEarly(attempt, { why: "timeout", because, at: now });
}

// The same for a try whose index has got another place.
function makeWay(attempt: Attempt, because: string, now: number): RunDecision {
  const stop: AttemptStop = { why: "refused", because, at: now };
  if (now >= resendAt(attempt)) return endEarly(attempt, stop);
  return act({ do: "end", attempt, phase: "failed", stop, because });
}

function goOnStopping(
  world: RunWorld,
  attempt: Attempt,
  stop: AttemptStop,
  fenced: number,
  now: number,
): RunDecision {
  const grace = world.units.get(attempt.unit)?.template.stopGraceSeconds ?? 0;
  const endsAt = stopEndsAt(stop.at, grace);
  if (now >= endsAt) {
    const because = `${stop.because}; nobody could confirm that it has stopped${trouble(attempt)}`;
    return act({ do: "end", attempt, phase: "unknown", because });
  }
  const next = Math.max(
    attempt.setback?.notBefore ?? lookAgainAt(world.run, attempt),
    stopFrom(attempt, stop.at),
  );
  return next > now
    ? waitUntil(Math.min(next, endsAt, fenced))
    : act({ do: "stop", attempt, stop, because: stop.because });
}

const trouble = ({ setback }: Attempt): string => (setback === undefined ? "" : `: ${setback.message}`);

function lateness(run: Run, attempt: Attempt, now: number): string | undefined {
  if (now < deadlineOf(run, attempt)) return undefined;
  return attempt.startedAt === undefined
    ? `it could not be started in time${trouble(attempt)}`
    : `it ran longer than job.timeoutSeconds (${run.job.timeoutSeconds} s)`;
}

/** What is left of a try that has ended goes once nobody needs its logs, or at once where its workload goes or where it may run on. */
export function clearTry(world: RunWorld, attempt: Attempt, now: number): RunDecision {
  if (attempt.released) return NOTHING;
  const mayRunOn = attempt.phase === "unknown" && !isSeenOver(attempt);
  const from = keptUntil(attempt, world.removing || mayRunOn);
  if (now < from) return waitUntil(from);
  if (now >= from + LEAVE_MS) {
    const because = `what is left of it could not be taken away${trouble(attempt)}`;
    return act({ do: "leave", attempt, because });
  }
  const next = attempt.setback?.notBefore ?? 0;
  return next > now ? waitUntil(next) : act({ do: "release", attempt, because: "it has ended" });
}
