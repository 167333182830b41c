import { isFinal, isOver, type Attempt, type Run } from "../../domain/run.ts";
import type { AttemptStep, NewEvent, RunClaim, RunProgress } from "../../store/store.ts";
import { placingOf } from "./placing.ts";
import type { RunAction, RunWorld } from "./run-world.ts";
import { decideRun } from "./decide.ts";
import type { RunPlaced } from "../ports.ts";

/** What a decision about a claimed run looks at. `silentMs` as in `RunWorld`. */
export function worldOf(
  { run, workloadId, attempts, removing, units }: RunClaim,
  { silentMs, timing }: Pick<RunWorld, "silentMs" | "timing">,
): RunWorld {
  const byId = new Map(units.map(({ unit }) => [unit.id, unit]));
  return { run, workloadId, attempts, removing, units: byId, silentMs, timing };
}

/** Which tries are told to end by these actions: it is written before the call. */
export const stopsOf = (actions: readonly RunAction[]): readonly AttemptStep[] =>
  actions.flatMap((action): readonly AttemptStep[] =>
    (action.do === "stop" || action.do === "announce-stop") && action.attempt.stop === undefined
      ? [{ number: action.attempt.number, stop: action.stop, setback: null }]
      : [],
  );

/** The tries that begin with these actions: their names are written before the call. */
export const begunBy = (actions: readonly RunAction[]): readonly Attempt[] =>
  actions.flatMap((action) => (action.do === "start" && action.fresh ? [action.attempt] : []));

/** What became of a pass's actions. */
export interface RunOutcome {
  readonly steps: readonly AttemptStep[];
  /** Where another place was asked for: which, or why there is none. */
  readonly placed?: RunPlaced | string | undefined;
}

/** What one pass over a run records once its calls are made, and when the run is due again. */
export function closing(
  claim: RunClaim,
  world: RunWorld,
  actions: readonly RunAction[],
  { steps, placed }: RunOutcome,
  now: number,
): RunProgress {
  const finish = actions.find((action) => action.do === "finish");
  const written = after([...claim.attempts, ...begunBy(actions)], stopsOf(actions));
  const attempts = after(written, steps);
  const state = finish?.state ?? stateOf(claim, attempts);
  const place = placingOf({ ...world, attempts }, actions, placed, now);
  const run: Run = { ...claim.run, state, placing: place.next };
  // What the next pass would find, so that none is made to find out that there is nothing to do.
  const next = decideRun({ ...world, run, attempts }, now);
  const rests = next.actions.length === 0 && place.progress.placed === undefined;
  const startedAt = attempts.find((attempt) => attempt.answeredAt !== undefined)?.answeredAt;
  return {
    now,
    begun: begunBy(actions),
    steps,
    ...place.progress,
    ...(state === claim.run.state ? {} : { state }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finish === undefined ? {} : { reason: finish.because, endedAt: now }),
    done: isOver(run) && rests && next.wakeAt === undefined,
    events: [
      ...ends(claim, attempts, now),
      ...place.events,
      ...(finish === undefined ? [] : [endEvent(claim.run, finish, now)]),
    ],
    dueAt: rests ? next.wakeAt : now,
    release: true,
  };
}

function stateOf({ run, removing }: RunClaim, attempts: readonly Attempt[]): Run["state"] {
  if (isOver(run)) return run.state;
  if (run.stop !== undefined || removing) return "stopping";
  return attempts.length === 0 ? "pending" : "running";
}

/** The tries as the store has them once the steps are written. */
function after(attempts: readonly Attempt[], steps: readonly AttemptStep[]): readonly Attempt[] {
  const byNumber = new Map(steps.map((step) => [step.number, step]));
  return attempts.map((attempt): Attempt => {
    const step = byNumber.get(attempt.number);
    if (step === undefined) return attempt;
    const { setback, ...changes } = step;
    const kept = setback === null ? undefined : (setback ?? attempt.setback);
    if (isFinal(attempt))
      return { ...attempt, released: changes.released ?? attempt.released, setback: kept };
    const { answeredAt = changes.answeredAt, startedAt = changes.startedAt, stop = changes.stop } = attempt;
    return { ...attempt, ...changes, answeredAt, startedAt, stop, setback: kept };
  });
}

function ends(claim: RunClaim, attempts: readonly Attempt[], at: number): readonly NewEvent[] {
  const open = new Set(claim.attempts.filter(isFinal).map(({ number }) => number));
  return attempts
    .filter((attempt) => isFinal(attempt) && !open.has(attempt.number) && attempt.phase !== "succeeded")
    .map((attempt) => ({
      at,
      type: `attempt.${attempt.phase}`,
      actor: "berth",
      message: attempt.reason ?? `try ${attempt.number} ended ${attempt.phase}`,
      data: { run: claim.run.id, attempt: attempt.number, index: attempt.index, exitCode: attempt.exitCode },
    }));
}

function endEvent(run: Run, { state, because }: Extract<RunAction, { do: "finish" }>, at: number): NewEvent {
  return { at, type: `run.${state}`, actor: "berth", message: because, data: { run: run.id } };
}
