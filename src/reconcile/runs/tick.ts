import { CALL_DEADLINE_MS } from "../perform.ts";
import type { ReconcilePorts } from "../ports.ts";
import { LEASE_MS } from "../tick.ts";
import type { RunClaim } from "../../store/store.ts";
import { decideRun, type RunAction } from "./decide.ts";
import { lookTogether, type Due, type Looked } from "./looks.ts";
import { performRun } from "./perform.ts";
import { begunBy, closing, stopsOf, worldOf } from "./progress.ts";

/** Runs of one pass. */
const MAX_RUNS = 100;
/** Calls of one pass besides looks; what is left is the next pass's. */
const MAX_CALLS = 24;
/** Tries looked at in one pass, together where they are at one target. */
const MAX_LOOKS = 1_000;

/** A run that is held, and what is done for it in this pass. */
interface RunPass {
  readonly claim: RunClaim;
  readonly actions: readonly RunAction[];
}

/** Claim, decide, write, act, record: the runs that are due, `most` at once. How many there were. */
export async function runTick(
  ports: ReconcilePorts,
  signal: AbortSignal,
  most: number = MAX_RUNS,
): Promise<number> {
  const claims = await ports.store.claimRuns(ports.now(), LEASE_MS, Math.min(most, MAX_RUNS));
  const now = ports.now();
  const passes = allotted(
    claims.map((claim) => ({ claim, actions: decideRun(worldOf(claim), now).actions })),
  );
  const wrote = await Promise.allSettled(passes.map((pass) => write(ports, pass)));
  const written = passes.filter((_, at) => wrote[at]?.status === "fulfilled" && wrote[at].value);
  // What was held up, if only by another's write, must not reach a provider after its lease: by then another may do the same.
  const latest = ports.now() + CALL_DEADLINE_MS;
  const isHeld = ({ claim }: RunPass) => latest <= claim.leaseUntil;
  const looked = lookTogether(ports, written.filter(isHeld).flatMap(dueIn), signal);
  const done = await Promise.allSettled(
    written.map((pass) => (isHeld(pass) ? finish(ports, pass, looked, signal) : giveBack(ports, pass))),
  );
  // One that fails has left the others to their end.
  for (const one of [...wrote, ...done]) if (one.status === "rejected") throw one.reason;
  return claims.length;
}

// A pass's calls, turn by turn, so that no run waits for another's many; and those looks first that have waited longest.
function allotted(passes: readonly RunPass[]): readonly RunPass[] {
  const turns = passes.flatMap(({ actions }) =>
    actions.filter((action) => action.do !== "observe").map((action, turn) => ({ action, turn })),
  );
  const calls = turns.sort((one, other) => one.turn - other.turn).slice(0, MAX_CALLS);
  const due = passes.flatMap(({ actions }) => actions.filter((action) => action.do === "observe"));
  const looks = due.sort((one, other) => lookedAt(one) - lookedAt(other)).slice(0, MAX_LOOKS);
  const kept = new Set<RunAction>([...calls.map(({ action }) => action), ...looks]);
  return passes.map(({ claim, actions }) => ({
    claim,
    actions: actions.filter((action) => kept.has(action)),
  }));
}

const lookedAt = ({ attempt }: Extract<RunAction, { do: "observe" }>): number => attempt.lookedAt ?? 0;

const dueIn = ({ claim, actions }: RunPass): readonly Due[] =>
  actions.flatMap((action) => (action.do === "observe" ? [{ claim, attempt: action.attempt }] : []));

// Names and ends are written before any call: a crash in between repeats a call, never starts a try twice or forgets one.
async function write(ports: ReconcilePorts, { claim, actions }: RunPass): Promise<boolean> {
  const begun = begunBy(actions);
  const steps = stopsOf(actions);
  if (begun.length + steps.length === 0) return true;
  return await ports.store.recordRun(claim, { now: ports.now(), begun, steps });
}

async function giveBack({ store, now }: ReconcilePorts, { claim }: RunPass): Promise<void> {
  await store.recordRun(claim, { now: now(), dueAt: now(), release: true });
}

async function finish(
  ports: ReconcilePorts,
  { claim, actions }: RunPass,
  looked: Looked,
  signal: AbortSignal,
): Promise<void> {
  const steps = await Promise.all(
    actions.map((action) =>
      action.do === "observe" ? looked(action.attempt) : performRun(ports, claim, action, signal),
    ),
  );
  const known = steps.filter((step) => step !== undefined);
  await ports.store.recordRun(claim, closing(claim, actions, known, ports.now()));
}
