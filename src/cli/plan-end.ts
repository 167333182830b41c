import { printable } from "../render/printable.ts";
import type { PlanView, WorkloadView } from "./api.ts";
import { duration } from "./figures.ts";
import { heldNext } from "./held-text.ts";

/** Log lines shown of a container that failed a plan; the rest is in `berth logs`. */
const LOG_LINES = 20;

/** How a plan ended that is not ready, why, and what serves now; `kept` is the plan that served before it. */
export function endedWords(
  plan: PlanView,
  after: WorkloadView | undefined,
  kept: string | undefined,
): string {
  // The sentence goes on behind it, so its own full stop goes.
  const reason = plan.stateReason === undefined ? "" : `: ${printable(plan.stateReason).replace(/\.$/, "")}`;
  if (plan.state === "rolled-back") return `rolled back${reason}. ${stillServing(after, kept)}`;
  if (plan.state !== "superseded" || reason !== "") return `${plan.state}${reason}`;
  return `superseded: plan ${after?.generation ?? "of someone else"} was committed meanwhile`;
}

/** The last lines of the container that failed a plan, below an empty line; nothing where it left none. */
export function lastLines({ logTail, workload, generation }: PlanView): readonly string[] {
  if (logTail.length === 0) return [];
  const tail = logTail.slice(-LOG_LINES).map((line) => `  ${printable(line)}`);
  return ["", `last lines of ${workload} (plan ${generation})`, ...tail];
}

/** What to do once a plan has ended and is not ready. */
export function nextAfterEnd(plan: PlanView): string {
  if (plan.state === "superseded") return `what serves now:  berth status ${plan.workload}`;
  return plan.state === "held" ? heldNext(plan) : `why and what was tried:  berth explain ${plan.id}`;
}

/** That waiting ended before what was waited for. */
export function lateWords(tookMs: number, interrupted: boolean): string {
  return interrupted ? "stopped waiting" : `not ready after ${duration(tookMs)}`;
}

// Only what was read is claimed: the plan in force after the rollback, and that it is the one from before.
function stillServing(after: WorkloadView | undefined, kept: string | undefined): string {
  const inForce = after?.plan;
  if (inForce === undefined) return "The revision before it is being started again";
  return `Plan ${inForce.generation} ${inForce.id === kept ? "still serves" : "is in force"}`;
}
