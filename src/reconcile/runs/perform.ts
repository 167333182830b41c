import type { Call, RunVerbs } from "../../adapters/adapter.ts";
import type { Unit } from "../../domain/plan.ts";
import { isFinal, runRef, type Run, type RunPhase } from "../../domain/run.ts";
import { REMEDY } from "../../domain/fault.ts";
import type { AttemptStep, RunClaim, Setback } from "../../store/store.ts";
import { setbackAfter } from "../backoff.ts";
import { CALL_DEADLINE_MS } from "../perform.ts";
import type { ReconcilePorts } from "../ports.ts";
import type { RunAction } from "./run-world.ts";
import { PLACE_PAUSE_MS } from "./run-timing.ts";
import { sightingOf } from "./sighting.ts";
import { stepOf } from "./step.ts";
import { tryUnit } from "./try-unit.ts";
import { unitOf, verbsAt } from "./verbs-at.ts";

/** Between two requests to take away what is left of a try, ms. */
const RELEASE_PAUSE_MS = 5_000;

/** Carry out one call for a try and say what is to be recorded of it. Never throws: a failure is a setback. Looks are made together. */
export async function performRun(
  ports: ReconcilePorts,
  claim: RunClaim,
  action: RunAction,
  signal: AbortSignal,
): Promise<AttemptStep | undefined> {
  if (action.do === "finish" || action.do === "announce-stop") return undefined;
  if (action.do === "observe" || action.do === "place") return undefined;
  const { attempt } = action;
  const now = ports.now();
  const { number } = attempt;
  if (action.do === "end") {
    const { phase, because: reason, stop: early } = action;
    const ended = { number, phase, reason, lookedAt: now, endedAt: now };
    return early === undefined ? ended : { ...ended, stop: early };
  }
  if (action.do === "leave") {
    ports.log("warn", `${attempt.name}: ${action.because}`, {
      run: claim.run.id,
      workload: claim.run.workload,
    });
    return { number, released: true };
  }
  const call: Call = { signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_DEADLINE_MS)]) };
  try {
    const unit = unitOf(claim, attempt);
    const verbs = await verbsAt(ports, unit);
    return await ask(ports, claim.run, action, verbs, tryUnit(unit.unit, claim.run, attempt), call);
  } catch (error) {
    const setback = paced(setbackAfter(error, attempt.setback, ports.now(), ports.draw()), ports.now());
    const data = { run: claim.run.id, workload: claim.run.workload, kind: setback.kind };
    ports.log("warn", `${attempt.name}: ${setback.message}`, data);
    return { number, setback };
  }
}

// Another place is asked for at once. While there is none, a place that is full is asked no more often than that.
function paced(setback: Setback, now: number): Setback {
  return REMEDY[setback.kind] === "replan" ? { ...setback, notBefore: now + PLACE_PAUSE_MS } : setback;
}

type Calling = Extract<RunAction, { do: "start" | "stop" | "release" }>;

async function ask(
  ports: ReconcilePorts,
  run: Run,
  action: Calling,
  verbs: RunVerbs,
  unit: Unit,
  call: Call,
): Promise<AttemptStep> {
  const { attempt } = action;
  const { number } = attempt;
  const ref = runRef(run, attempt);
  switch (action.do) {
    case "start": {
      const seen = await verbs.start(unit, ref, call);
      return { ...stepOf(attempt, seen, ports.now()), answeredAt: ports.now() };
    }
    case "stop":
      return await stop(ports, action, verbs, unit, ref, call);
    case "release": {
      if ((await verbs.stop(unit, ref, call)) === "stopped") return { number, released: true, setback: null };
      const attempts = (attempt.setback?.attempts ?? 0) + 1;
      const message = "what is left of it is still being taken away";
      return {
        number,
        setback: { kind: "unavailable", message, attempts, notBefore: ports.now() + RELEASE_PAUSE_MS },
      };
    }
  }
}

// It may have ended by itself just before: that is how it ended then. What ends after it was told to was ended by us.
async function stop(
  ports: ReconcilePorts,
  { attempt, stop: { why, because } }: Extract<RunAction, { do: "stop" }>,
  verbs: RunVerbs,
  unit: Unit,
  ref: ReturnType<typeof runRef>,
  call: Call,
): Promise<AttemptStep> {
  const seen = await sightingOf(verbs, { unit, run: ref }, call);
  const step = stepOf(attempt, seen, ports.now());
  const byItself = seen.phase === "succeeded" || (attempt.stop === undefined && seen.phase === "failed");
  if (byItself) return step;
  const ended = isFinal(seen) || (await verbs.stop(unit, ref, call)) === "stopped";
  if (!ended) return { number: attempt.number, lookedAt: ports.now(), setback: null };
  const now = ports.now();
  const phase = why === "lost" ? lostPhase(seen.phase) : why === "asked" ? "stopped" : "failed";
  return { ...step, phase, reason: because, lookedAt: now, endedAt: seen.endedAt ?? now };
}

// Its host came back after it had stopped the try by itself, or before it had begun it for all that is known.
const lostPhase = (seen: RunPhase): RunPhase => (isFinal({ phase: seen }) ? seen : "unknown");
