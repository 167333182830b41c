import { attemptId } from "../../domain/attempt-id.ts";
import { isFinal, isOver, type Attempt, type Run } from "../../domain/run.ts";
import { earliest } from "../advance.ts";
import { advanceTry, clearTry } from "./advance-try.ts";
import { isFencedOff, isLost, lostAt } from "./lost-host.ts";
import { placeWanted, unitOfIndex } from "./places.ts";
import { endOf, isSeenOver, lastTries, type Tries } from "./tries.ts";
import { act, NOTHING, type RunAction, type RunDecision, type RunWorld } from "./run-world.ts";
import { PLACE_WAIT_MS, restartAt } from "./run-timing.ts";

/** All the tries of one run together: more says that a job was made to fail for ever. */
export const MAX_TRIES_OF_A_RUN = 5_000;

/**
 * What to do next so that a run comes to its end. Pure. Never more than `parallelism` tries live at once nor more than 1 + `retries` of one
 * index, not counting those that their places refused; what has ended is never started again, and no try follows one that may still run.
 * No actions and no wake: the run is over and nothing of it is left.
 */
export function decideRun(world: RunWorld, now: number): RunDecision {
  const { run, attempts } = world;
  const live = attempts.filter((attempt) => !isFinal(attempt));
  const stopping = whyStop(world);
  const steps = live.map((attempt) => advanceTry(world, attempt, stopping, now));
  const clearing = attempts.filter(isFinal).map((attempt) => clearTry(world, attempt, now));
  const rest = isOver(run) ? NOTHING : onward(world, live, stopping, now);
  const all = [...steps, rest, ...clearing];
  return {
    actions: all.flatMap(({ actions }) => actions),
    wakeAt: earliest(all.map(({ wakeAt }) => wakeAt)),
  };
}

function whyStop({ run, removing }: RunWorld): string | undefined {
  if (run.stop !== undefined) return `stopped by ${run.stop.actor}: ${run.stop.reason}`;
  return removing ? "stopped because its workload is being removed" : undefined;
}

/** What the run needs besides its live tries: the next ones, a place for them, or its end. */
function onward(
  world: RunWorld,
  live: readonly Attempt[],
  stopping: string | undefined,
  now: number,
): RunDecision {
  const { run, attempts } = world;
  const { last, ends, open } = standing(world, now);
  const goesOn = stopping === undefined && !ends.includes("lost") && !hasWaited(run, now);
  const capped = attempts.length >= MAX_TRIES_OF_A_RUN;
  if (goesOn && !capped) {
    const place = placeFor(
      world,
      open.filter((tries) => restartAt(tries) <= now),
      now,
    );
    const next = startNext(world, live.length, open, now);
    const actions = [...next.actions, ...place.actions];
    if (open.length > 0 || actions.length > 0)
      return { actions, wakeAt: earliest([next.wakeAt, place.wakeAt]) };
    if (place.wakeAt !== undefined) return place;
  }
  if (live.length > 0 || (goesOn && ends.includes("unproven"))) return NOTHING;
  return act(finish(run, last, stopping, now));
}

/** Whether a run looks for another place, or waits for one. */
export function wantsPlace(world: RunWorld, now: number): boolean {
  return !isOver(world.run) && placeWanted(world, standing(world, now).open, now) !== undefined;
}

/** How each index stands, and those of which another try is to begin. */
function standing(world: RunWorld, now: number) {
  const { run, attempts } = world;
  const last = lastTries(run, attempts);
  const mayFollow = (one: Attempt) => isSeenOver(one) || isFencedOff(world, one, now);
  const ends = last.map((tries) => endOf(run, tries, mayFollow));
  return { last, ends, open: last.filter((tries, at) => tries.last === undefined || ends[at] === "again") };
}

const hasWaited = ({ placing }: Run, now: number): boolean =>
  placing?.since !== undefined && now >= placing.since + PLACE_WAIT_MS;

function placeFor(world: RunWorld, ready: readonly Tries[], now: number): RunDecision {
  const request = placeWanted(world, ready, now);
  if (request === undefined) return NOTHING;
  const { placing } = world.run;
  const givesUpAt = placing?.since === undefined ? undefined : placing.since + PLACE_WAIT_MS;
  if (placing !== undefined && placing.notBefore > now)
    return { actions: [], wakeAt: earliest([placing.notBefore, givesUpAt]) };
  return act({ do: "place", request, because: request.because });
}

function startNext(world: RunWorld, live: number, open: readonly Tries[], now: number): RunDecision {
  const { run, attempts } = world;
  const isFree = ({ index }: Tries) => {
    const unit = unitOfIndex(run, index);
    return !isLost(world, unit) && lostAt(world, unit, now) === undefined;
  };
  const ready = open.filter((tries) => restartAt(tries) <= now && isFree(tries));
  const room = Math.max(0, Math.min(run.job.parallelism - live, MAX_TRIES_OF_A_RUN - attempts.length));
  const starts = ready
    .slice(0, room)
    .map((tries, at) => start(world, tries.index, attempts.length + at + 1, now));
  const turns = open.map(({ index }) => lostAt(world, unitOfIndex(run, index), now));
  const pauses = open.map(restartAt).filter((at) => at > now);
  return { actions: starts, wakeAt: earliest([...pauses, ...turns]) };
}

function start(world: RunWorld, index: number, number: number, now: number): RunAction {
  const { run, workloadId } = world;
  const attempt: Attempt = {
    ...attemptId(workloadId, run.id, number),
    number,
    index,
    unit: unitOfIndex(run, index),
    phase: "starting",
    sentAt: now,
    lastLines: [],
    released: false,
  };
  const because = number <= run.job.parallelism ? "the run begins" : "the try before it failed";
  return { do: "start", attempt, fresh: true, because };
}

function finish(
  run: Run,
  last: ReturnType<typeof lastTries>,
  stopping: string | undefined,
  now: number,
): Extract<RunAction, { do: "finish" }> {
  const bad = last.find(({ last: one }) => one?.phase !== "succeeded");
  if (bad === undefined)
    return { do: "finish", state: "succeeded", because: "every container ended with exit code 0" };
  if (stopping !== undefined) return { do: "finish", state: "stopped", because: stopping };
  const waited = hasWaited(run, now)
    ? `; no place for its next try within an hour: ${run.placing?.message}`
    : "";
  const { last: one, count } = bad;
  const none = waited === "" ? `it needed more than ${MAX_TRIES_OF_A_RUN} tries` : "it never began";
  if (one === undefined) return { do: "finish", state: "failed", because: `${none}${waited}` };
  const which = run.job.parallelism === 1 ? "" : `container ${bad.index}: `;
  const tries = count <= 1 ? "" : ` (try ${count} of ${1 + run.job.retries})`;
  const unsure = one.phase === "unknown" && !run.job.retryUnknown ? UNSURE : "";
  const because = `${which}${one.reason ?? `it ended ${one.phase}`}${tries}${unsure}${waited}`;
  return { do: "finish", state: one.phase === "stopped" ? "stopped" : "failed", because };
}

const UNSURE =
  "; it may have done its work, and job.retryUnknown says whether it is tried again all the same";
