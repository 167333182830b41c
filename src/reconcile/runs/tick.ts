import { isFinal, isOver, type Attempt, type Run } from "../../domain/run.ts";
import type { AttemptStep, NewEvent, RunClaim, RunProgress } from "../../store/store.ts";
import { CALL_DEADLINE_MS } from "../perform.ts";
import type { ReconcilePorts } from "../ports.ts";
import { LEASE_MS } from "../tick.ts";
import { decideRun, type RunAction, type RunWorld } from "./decide.ts";
import { performRun } from "./perform.ts";

/** Calls of one pass; what is left is the next pass's. */
const MAX_CALLS = 24;

/** Claim, decide, write, act, record: one run, once. False when none was due. */
export async function runTick(ports: ReconcilePorts, signal: AbortSignal): Promise<boolean> {
  const claim = await ports.store.claimRun(ports.now(), LEASE_MS);
  if (claim === undefined) return false;
  const actions = decideRun(worldOf(claim), ports.now()).actions.slice(0, MAX_CALLS);
  // Names and ends are written before any call: a crash in between repeats a call, never starts a try twice or forgets one.
  if (!(await writeFirst(ports, claim, actions))) return true;
  // A pass that was held up must not reach a provider after its lease: by then another may do the same.
  if (ports.now() + CALL_DEADLINE_MS > claim.leaseUntil) {
    await ports.store.recordRun(claim, { now: ports.now(), dueAt: ports.now(), release: true });
    return true;
  }
  const steps = (await Promise.all(actions.map((action) => performRun(ports, claim, action, signal)))).filter(
    (step) => step !== undefined,
  );
  await ports.store.recordRun(claim, closing(ports, claim, actions, steps));
  return true;
}

function worldOf({ run, workloadId, attempts, removing, units }: RunClaim): RunWorld {
  const grace = units.map(({ unit }) => [unit.id, unit.template.stopGraceSeconds] as const);
  return { run, workloadId, attempts, removing, graceSeconds: new Map(grace) };
}

async function writeFirst(
  ports: ReconcilePorts,
  claim: RunClaim,
  actions: readonly RunAction[],
): Promise<boolean> {
  const begun = begunBy(actions);
  const steps = stopsOf(actions);
  if (begun.length + steps.length === 0) return true;
  return await ports.store.recordRun(claim, { now: ports.now(), begun, steps });
}

const stopsOf = (actions: readonly RunAction[]): readonly AttemptStep[] =>
  actions.flatMap((action): readonly AttemptStep[] =>
    (action.do === "stop" || action.do === "announce-stop") && action.attempt.stop === undefined
      ? [{ number: action.attempt.number, stop: action.stop, setback: null }]
      : [],
  );

const begunBy = (actions: readonly RunAction[]): readonly Attempt[] =>
  actions.flatMap((action) => (action.do === "start" && action.fresh ? [action.attempt] : []));

function closing(
  ports: ReconcilePorts,
  claim: RunClaim,
  actions: readonly RunAction[],
  steps: readonly AttemptStep[],
): RunProgress {
  const now = ports.now();
  const finish = actions.find((action) => action.do === "finish");
  const written = after([...claim.attempts, ...begunBy(actions)], stopsOf(actions));
  const attempts = after(written, steps);
  const state = finish?.state ?? stateOf(claim, attempts);
  const run: Run = { ...claim.run, state };
  // What the next pass would find, so that none is made to find out that there is nothing to do.
  const next = decideRun({ ...worldOf(claim), run, attempts }, now);
  const rests = next.actions.length === 0;
  const startedAt = attempts.find((attempt) => attempt.answeredAt !== undefined)?.answeredAt;
  return {
    now,
    begun: begunBy(actions),
    steps,
    ...(state === claim.run.state ? {} : { state }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finish === undefined ? {} : { reason: finish.because, endedAt: now }),
    done: isOver(run) && rests && next.wakeAt === undefined,
    events: [
      ...ends(claim, attempts, now),
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
