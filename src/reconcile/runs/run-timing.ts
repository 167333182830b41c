import type { Attempt, Run } from "../../domain/run.ts";
import { wasRefused, type Tries } from "./tries.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** An unanswered start is repeated no earlier than this, ms: what is answered sooner was answered to the first, and no other is on its way. */
const FIRST_ANSWER_MS = 5 * SECOND_MS;
/** How long an unanswered start is repeated, ms: far less than any provider takes to forget a name that it has seen end. */
export const RESEND_MS = 5 * MINUTE_MS;
/** How long a try may take until it runs: a large image, a full place, a permission that somebody mends, ms. */
const START_MS = 15 * MINUTE_MS;
/** After its own grace, how long a stop may go unconfirmed, ms. */
const STOP_MS = 5 * MINUTE_MS;
/** How long what has ended is kept, so that its logs can be read, ms. */
const KEEP_MS = 5 * MINUTE_MS;
/** How long a call that starts a try and was never answered may still take effect, ms: twice its deadline, which is also a lease. */
const LATE_CALL_MS = 20 * SECOND_MS;
/** Between two requests for another place, ms. */
export const PLACE_PAUSE_MS = 10 * SECOND_MS;
/** How long a run waits for a place of its next try before it has failed, ms: an approval takes its time. */
export const PLACE_WAIT_MS = 60 * MINUTE_MS;
/** How long taking it away is tried, ms. */
export const LEAVE_MS = 24 * 60 * MINUTE_MS;
/** Shortest and longest pause between two looks at one try, ms; a place that pushes what it sees is heard earlier. */
const LOOK_MIN_MS = SECOND_MS;
const LOOK_MAX_MS = 15 * SECOND_MS;
/** Looks fall on multiples of the longest of these that is no longer than their pause: what is looked at as often is looked at together, ms. */
const LOOK_SLOTS_MS = [LOOK_MAX_MS, 5 * SECOND_MS, LOOK_MIN_MS] as const;
/** Pause before the second try of an index, doubled for each further one, ms (as Kubernetes' back-off of failed pods, but capped lower). */
const FIRST_PAUSE_MS = 10 * SECOND_MS;
const LONGEST_PAUSE_MS = 5 * MINUTE_MS;
const MAX_DOUBLINGS = 10;

/** When a try that has not ended is ended, ms. */
export function deadlineOf({ job }: Pick<Run, "job">, { startedAt, sentAt }: Attempt): number {
  return startedAt === undefined ? sentAt + START_MS : startedAt + job.timeoutSeconds * SECOND_MS;
}

/** When a stop that nobody confirms is given up, ms. */
export function stopEndsAt(askedAt: number, graceSeconds: number): number {
  return askedAt + graceSeconds * SECOND_MS + STOP_MS;
}

/**
 * When to look at a try again: the longer it runs, the less often. All tries of a project that are looked at as often are due at the
 * same moments, which are other ones for other projects.
 */
export function lookAgainAt(
  { project }: Pick<Run, "project">,
  { lookedAt, answeredAt, sentAt, stop }: Attempt,
): number {
  if (lookedAt === undefined) return sentAt + LOOK_MIN_MS;
  const age = lookedAt - (stop?.at ?? answeredAt ?? sentAt);
  const pause = Math.min(LOOK_MAX_MS, Math.max(LOOK_MIN_MS, Math.round(age / 10)));
  const slot = LOOK_SLOTS_MS.find((ms) => ms <= pause) ?? LOOK_MIN_MS;
  const phase = phaseOf(project);
  // No later than the pause; and as no slot is longer than it, later than the last look.
  return phase + slot * Math.floor((lookedAt + pause - phase) / slot);
}

// Whole seconds, so that it moves the longer slots only.
function phaseOf(project: string): number {
  const sum = new TextEncoder().encode(project).reduce((total, byte) => total + byte, 0);
  return (sum * SECOND_MS) % LOOK_MAX_MS;
}

/** When the next try of an index may begin, ms. */
export function restartAt({ last, count }: Tries): number {
  // What never began has failed at nothing, and its next place is there.
  if (last === undefined || wasRefused(last)) return 0;
  const pause = FIRST_PAUSE_MS * 2 ** Math.min(count - 1, MAX_DOUBLINGS);
  return (last.lookedAt ?? last.sentAt) + Math.min(LONGEST_PAUSE_MS, pause);
}

/** When a start that was not answered is repeated at the earliest, ms. */
export function resendAt({ sentAt }: Attempt): number {
  return sentAt + FIRST_ANSWER_MS;
}

/**
 * From when on a try that nobody answered for, and that is not there, never began, ms: whoever repeats its start last holds a lease, and
 * then the call may be late.
 */
export function lostFrom({ sentAt }: Attempt): number {
  return sentAt + RESEND_MS + 2 * LATE_CALL_MS;
}

/**
 * When a try may be ended that somebody wants ended since `askedAt`, ms: not while another of its starts may still arrive, for what is
 * taken away by then would begin a second time.
 */
export function stopFrom(attempt: Attempt, askedAt: number): number {
  return Math.max(askedAt, lateUntil(attempt, askedAt));
}

/** Until when what is left of an ended try stays, ms. `hurry`: its workload is being removed. */
export function keptUntil(attempt: Attempt, hurry: boolean): number {
  const endedAt = attempt.lookedAt ?? attempt.sentAt;
  return hurry ? Math.max(endedAt, lateUntil(attempt, endedAt)) : endedAt + KEEP_MS;
}

// `lastAt`: no start was sent after it.
function lateUntil({ sentAt, answeredAt }: Attempt, lastAt: number): number {
  if (answeredAt === undefined) return lastAt + LATE_CALL_MS;
  return answeredAt < sentAt + FIRST_ANSWER_MS ? answeredAt : answeredAt + LATE_CALL_MS;
}
