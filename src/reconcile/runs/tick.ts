import { CALL_DEADLINE_MS } from "../perform.ts";
import type { ReconcilePorts } from "../ports.ts";
import { LEASE_MS } from "../tick.ts";
import type { RunClaim } from "../../store/store.ts";
import { silences } from "../look.ts";
import { decideRun } from "./decide.ts";
import { lookTogether, type Due, type Looked } from "./looks.ts";
import { performRun } from "./perform.ts";
import { begunBy, closing, stopsOf, worldOf, type RunOutcome } from "./progress.ts";
import type { RunAction, RunWorld } from "./run-world.ts";

/** Runs of one pass. */
const MAX_RUNS = 100;
/** Calls of one pass besides looks; what is left is the next pass's. */
const MAX_CALLS = 24;
/** Tries looked at in one pass, together where they are at one target. */
const MAX_LOOKS = 1_000;

/** A run that is held, and what is done for it in this pass. */
interface RunPass {
  readonly claim: RunClaim;
  readonly world: RunWorld;
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
  const { timing } = ports;
  const silentMs = await silences(
    ports,
    claims.flatMap(({ units }) => units),
    now,
  );
  const passes = allotted(
    claims.map((claim) => {
      const world = worldOf(claim, { silentMs, timing });
      return { claim, world, actions: decideRun(world, now).actions };
    }),
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
  return passes.map((pass) => ({ ...pass, actions: pass.actions.filter((action) => kept.has(action)) }));
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
  { claim, world, actions }: RunPass,
  looked: Looked,
  signal: AbortSignal,
): Promise<void> {
  const [placed, ...steps] = await Promise.all([
    placeOf(ports, claim, actions),
    ...actions.map((action) =>
      action.do === "observe" ? looked(action.attempt) : performRun(ports, claim, action, signal),
    ),
  ]);
  const outcome = { steps: steps.filter((step) => step !== undefined), placed };
  await ports.store.recordRun(claim, closing(claim, world, actions, outcome, ports.now()));
}

/** Another place where one is asked for, or why there is none. Never throws: what goes wrong is a reason, too. */
async function placeOf(
  ports: ReconcilePorts,
  claim: RunClaim,
  actions: readonly RunAction[],
): Promise<RunOutcome["placed"]> {
  const asked = actions.find((action) => action.do === "place");
  if (asked === undefined) return undefined;
  try {
    return await ports.placeRun(claim, asked.request);
  } catch (error) {
    const message = `another place could not be looked for: ${String(error)}`;
    ports.log("warn", `${claim.run.id}: ${message}`, { run: claim.run.id, workload: claim.run.workload });
    return message;
  }
}
