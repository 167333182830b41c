import { attemptId } from "../../domain/attempt-id.ts";
import { isFinal, isOver, type Attempt, type Run, type RunState } from "../../domain/run.ts";
import { earliest } from "../advance.ts";
import { endOf, lastTries, mayTryAgain } from "./tries.ts";
import {
  deadlineOf,
  keptUntil,
  LEAVE_MS,
  lookAgainAt,
  lostFrom,
  RESEND_MS,
  resendAt,
  restartAt,
  stopEndsAt,
  stopFrom,
} from "./run-timing.ts";

/** Everything one decision about a run looks at. */
export interface RunWorld {
  readonly run: Run;
  readonly workloadId: string;
  readonly attempts: readonly Attempt[];
  /** The workload is being removed. */
  readonly removing: boolean;
  /** Unit id -> seconds its container gets to stop in. */
  readonly graceSeconds: ReadonlyMap<string, number>;
}

type AttemptStop = NonNullable<Attempt["stop"]>;

/** One thing to do next. `start` of a try that is stored already repeats a call whose answer was lost; it starts once all the same. */
export type RunAction =
  | { readonly do: "start"; readonly attempt: Attempt; readonly fresh: boolean; readonly because: string }
  | { readonly do: "observe"; readonly attempt: Attempt; readonly because: string }
  | { readonly do: "stop"; readonly attempt: Attempt; readonly stop: AttemptStop; readonly because: string }
  /** Written and nothing more: the call follows once no start can arrive any more. */
  | {
      readonly do: "announce-stop";
      readonly attempt: Attempt;
      readonly stop: AttemptStop;
      readonly because: string;
    }
  | { readonly do: "release"; readonly attempt: Attempt; readonly because: string }
  /** Nothing more can be learnt by asking: the try's end is written without a call. */
  | {
      readonly do: "end";
      readonly attempt: Attempt;
      readonly phase: "failed" | "unknown";
      readonly because: string;
    }
  | { readonly do: "leave"; readonly attempt: Attempt; readonly because: string }
  | { readonly do: "finish"; readonly state: RunState; readonly because: string };

export interface RunDecision {
  readonly actions: readonly RunAction[];
  readonly wakeAt?: number | undefined;
}

/** All the tries of one run together: more says that a job was made to fail for ever. */
export const MAX_TRIES_OF_A_RUN = 5_000;

/**
 * What to do next so that a run comes to its end. Pure. Never more than `parallelism` tries live at once nor more than 1 + `retries` of one
 * index; what has ended is never started again. No actions and no wake: the run is over and nothing of it is left.
 */
export function decideRun(world: RunWorld, now: number): RunDecision {
  const { run, attempts } = world;
  const live = attempts.filter((attempt) => !isFinal(attempt));
  const stopping = whyStop(world);
  const steps = live.map((attempt) => advance(world, attempt, stopping, now));
  const clearing = attempts.filter(isFinal).map((attempt) => clear(world, attempt, now));
  const rest = isOver(run) ? NOTHING : onward(world, live, stopping, now);
  const all = [...steps, rest, ...clearing];
  return {
    actions: all.flatMap(({ actions }) => actions),
    wakeAt: earliest(all.map(({ wakeAt }) => wakeAt)),
  };
}

const NOTHING: RunDecision = { actions: [] };
const act = (...actions: readonly RunAction[]): RunDecision => ({ actions });
const waitUntil = (wakeAt: number): RunDecision => ({ actions: [], wakeAt });

function whyStop({ run, removing }: RunWorld): string | undefined {
  if (run.stop !== undefined) return `stopped by ${run.stop.actor}: ${run.stop.reason}`;
  return removing ? "stopped because its workload is being removed" : undefined;
}

/** One step with a try that has not ended. */
function advance(world: RunWorld, attempt: Attempt, stopping: string | undefined, now: number): RunDecision {
  const { stop, setback } = attempt;
  if (stop !== undefined) return goOnStopping(world, attempt, stop, now);
  const late = lateness(world.run, attempt, now);
  if (stopping !== undefined || late !== undefined) return beginStop(attempt, stopping, late, now);
  if (setback !== undefined && setback.notBefore === undefined) return refused(attempt, setback.message, now);
  const wake = (at: number) => waitUntil(Math.min(at, deadlineOf(world.run, attempt)));
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

function goOnStopping(world: RunWorld, attempt: Attempt, stop: AttemptStop, now: number): RunDecision {
  const endsAt = stopEndsAt(stop.at, world.graceSeconds.get(attempt.unit) ?? 0);
  if (now >= endsAt) {
    const because = `${stop.because}; nobody could confirm that it has stopped${trouble(attempt)}`;
    return act({ do: "end", attempt, phase: "unknown", because });
  }
  const next = Math.max(
    attempt.setback?.notBefore ?? lookAgainAt(world.run, attempt),
    stopFrom(attempt, stop.at),
  );
  return next > now
    ? waitUntil(Math.min(next, endsAt))
    : act({ do: "stop", attempt, stop, because: stop.because });
}

const trouble = ({ setback }: Attempt): string => (setback === undefined ? "" : `: ${setback.message}`);

function lateness(run: Run, attempt: Attempt, now: number): string | undefined {
  if (now < deadlineOf(run, attempt)) return undefined;
  return attempt.startedAt === undefined
    ? `it could not be started in time${trouble(attempt)}`
    : `it ran longer than job.timeoutSeconds (${run.job.timeoutSeconds} s)`;
}

/** What the run needs besides its live tries: the next ones, or its end. */
function onward(
  world: RunWorld,
  live: readonly Attempt[],
  stopping: string | undefined,
  now: number,
): RunDecision {
  const { run, attempts } = world;
  const last = lastTries(run, attempts);
  const lost = last.find((tries) => tries.last !== undefined && endOf(run, tries) === "lost");
  if (stopping === undefined && lost === undefined) {
    const open = last.filter((tries) => tries.last === undefined || mayTryAgain(run, tries));
    const ready = open.filter((tries) => restartAt(tries) <= now);
    const room = Math.max(
      0,
      Math.min(run.job.parallelism - live.length, MAX_TRIES_OF_A_RUN - attempts.length),
    );
    const starts = ready
      .slice(0, room)
      .map((tries, at) => start(world, tries.index, attempts.length + at + 1, now));
    const capped = attempts.length >= MAX_TRIES_OF_A_RUN;
    if (open.length > 0 && !capped)
      return { actions: starts, wakeAt: earliest(open.map(restartAt).filter((at) => at > now)) };
  }
  if (live.length > 0) return NOTHING;
  return act(finish(run, last, stopping));
}

function start(world: RunWorld, index: number, number: number, now: number): RunAction {
  const { run, workloadId } = world;
  const attempt: Attempt = {
    ...attemptId(workloadId, run.id, number),
    number,
    index,
    unit: unitOf(run, index),
    phase: "starting",
    sentAt: now,
    lastLines: [],
    released: false,
  };
  const because = number <= run.job.parallelism ? "the run begins" : "the try before it failed";
  return { do: "start", attempt, fresh: true, because };
}

function unitOf({ units }: Run, index: number): string {
  let before = 0;
  for (const { id, replicas } of units) {
    before += replicas;
    if (index < before) return id;
  }
  throw new Error(`a run has no unit for its container ${index}`);
}

function finish(
  run: Run,
  last: ReturnType<typeof lastTries>,
  stopping: string | undefined,
): Extract<RunAction, { do: "finish" }> {
  const bad = last.find(({ last: one }) => one?.phase !== "succeeded");
  if (bad === undefined)
    return { do: "finish", state: "succeeded", because: "every container ended with exit code 0" };
  if (stopping !== undefined) return { do: "finish", state: "stopped", because: stopping };
  const { last: one, count } = bad;
  if (one === undefined)
    return { do: "finish", state: "failed", because: `it needed more than ${MAX_TRIES_OF_A_RUN} tries` };
  const which = run.job.parallelism === 1 ? "" : `container ${bad.index}: `;
  const tries = count === 1 ? "" : ` (try ${count} of ${1 + run.job.retries})`;
  const because = `${which}${one.reason ?? `it ended ${one.phase}`}${tries}`;
  return { do: "finish", state: one.phase === "stopped" ? "stopped" : "failed", because };
}

/** What is left of a try that has ended goes once nobody needs its logs, or at once where its workload goes. */
function clear(world: RunWorld, attempt: Attempt, now: number): RunDecision {
  if (attempt.released) return NOTHING;
  const from = keptUntil(attempt, world.removing);
  if (now < from) return waitUntil(from);
  if (now >= from + LEAVE_MS) {
    const because = `what is left of it could not be taken away${trouble(attempt)}`;
    return act({ do: "leave", attempt, because });
  }
  const next = attempt.setback?.notBefore ?? 0;
  return next > now ? waitUntil(next) : act({ do: "release", attempt, because: "it has ended" });
}
