import { Fault, type FaultCode } from "../../domain/fault.ts";
import type { PlanState } from "../../domain/plan.ts";
import type { Caller, Ports } from "../ports.ts";
import { ENDED_AS } from "../wait.ts";
import { type ChangeNow, changeNow, type ChangePorts, readChange } from "./read.ts";
import { changeView, stateOf } from "./view.ts";

/** A change is read with all of its plans, so less often than a plan. */
const POLL_MS = 500;

/**
 * The change once all of its plans are ready. Throws the problem of the plan that ended otherwise, with the change in it, and
 * `not-ready-yet` (504, with Retry-After) when the time is up.
 */
export async function waitUntilAllReady(
  ports: Pick<Ports, "now" | "sleep"> & ChangePorts,
  caller: Caller,
  id: string,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<ChangeNow> {
  const end = ports.now() + timeoutSeconds * 1_000;
  for (;;) {
    const now = await changeNow(ports, await readChange(ports, caller, id));
    const state = stateOf(now);
    if (state === "ready") return now;
    const code = ENDED_AS[state];
    if (code !== undefined) throw ended(now, state, code);
    if (ports.now() >= end || signal.aborted) throw notYet(now, state, timeoutSeconds);
    await ports.sleep(Math.min(POLL_MS, Math.max(0, end - ports.now())), signal);
  }
}

function ended(now: ChangeNow, state: PlanState, code: FaultCode): Fault {
  const those = now.plans.filter((plan) => plan.state === state);
  const words = those.map(({ workload, generation, stateReason }) => {
    const why = stateReason === undefined ? "" : `: ${stateReason}`;
    return `plan ${generation} of ${workload} is ${state}${why}`;
  });
  const message =
    words.length === 0
      ? `Change ${now.change.id} is ${state}.`
      : `Of change ${now.change.id}, ${words.join("; ")}`;
  return new Fault(code, message, { extra: { change: changeView(now) } });
}

function notYet(now: ChangeNow, state: PlanState, seconds: number): Fault {
  const open = now.plans.filter((plan) => plan.state !== "ready").map(({ workload }) => workload);
  return new Fault(
    "not-ready-yet",
    `Change ${now.change.id} is ${state} after ${seconds} s, for ${open.join(", ")}; ask again.`,
    { extra: { change: changeView(now) }, retryAfterSeconds: 1 },
  );
}
