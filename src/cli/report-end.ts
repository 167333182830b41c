import type { PlanView, WorkloadView } from "./api.ts";
import type { ExitCode } from "./context.ts";
import { exitOf } from "./explain-problem.ts";
import { dollars, duration } from "./figures.ts";
import type { Followed } from "./follow-plan.ts";
import { heldNext } from "./held-text.ts";
import { printJson } from "./print-json.ts";
import { printable } from "../render/printable.ts";
import type { Changer } from "./changer.ts";

/** Log lines shown of a container that failed a plan; the rest is in `berth logs`. */
const LOG_LINES = 20;

/** Say how a plan ended: the result on stdout, what to do next on stderr. */
export function reportEnd(changer: Changer, followed: Followed, before: WorkloadView | undefined): ExitCode {
  const { ctx, given } = changer;
  if (given.on.has("json")) printJson(ctx, followed.answer);
  const say = (text: string) => {
    if (!given.on.has("json")) ctx.stdout.write(`${text}\n`);
  };
  if (followed.end === "ready") {
    say(readyLine(followed, before));
    return 0;
  }
  if (followed.end === "late") {
    ctx.stderr.write(lateText(followed, ctx.signal.aborted));
    return 1;
  }
  const { plan, problem } = followed;
  say(endedLine(plan, before, followed.workload));
  const tail = plan.logTail.slice(-LOG_LINES).map((line) => `  ${printable(line)}`);
  if (tail.length > 0)
    say(["", `last lines of ${plan.workload} (plan ${plan.generation})`, ...tail].join("\n"));
  ctx.stderr.write(`\n${NEXT[plan.state]?.(plan) ?? why(plan)}\n`);
  return exitOf(problem?.code ?? "");
}

function readyLine({ plan, tookMs, workload }: Followed, before: WorkloadView | undefined): string {
  if (plan.trigger === "destroy") return `gone in ${duration(tookMs)}`;
  const url = workload?.url === undefined ? [] : [workload.url];
  return [`ready in ${duration(tookMs)}`, ...url, ...priceWords(plan, before?.plan)].join(" · ");
}

function priceWords(plan: PlanView, before: PlanView | undefined): readonly string[] {
  if (plan.price === undefined) return [];
  const [now, earlier] = [
    dollars(plan.price.expectedUsd),
    before?.price === undefined ? undefined : dollars(before.price.expectedUsd),
  ];
  return [`${now} a month expected${earlier === undefined || earlier === now ? "" : ` (${earlier} before)`}`];
}

function endedLine(
  plan: PlanView,
  before: WorkloadView | undefined,
  after: WorkloadView | undefined,
): string {
  // The sentence goes on behind it, so its own full stop goes.
  const reason = plan.stateReason === undefined ? "" : `: ${printable(plan.stateReason).replace(/\.$/, "")}`;
  if (plan.state === "rolled-back") return `rolled back${reason}. ${stillServing(before, after)}`;
  if (plan.state !== "superseded" || reason !== "") return `${plan.state}${reason}`;
  return `superseded: plan ${after?.generation ?? "of someone else"} was committed meanwhile`;
}

// Only what was read is claimed: the plan in force after the rollback, and that it is the one from before.
function stillServing(before: WorkloadView | undefined, after: WorkloadView | undefined): string {
  const inForce = after?.plan;
  if (inForce === undefined) return "The revision before it is being started again";
  const kept = inForce.id === before?.plan?.id;
  return `Plan ${inForce.generation} ${kept ? "still serves" : "is in force"}`;
}

const why = (plan: PlanView): string => `why and what was tried:  berth explain ${plan.id}`;

const NEXT: Readonly<Partial<Record<PlanView["state"], (plan: PlanView) => string>>> = {
  superseded: (plan) => `what serves now:  berth status ${plan.workload}`,
  held: heldNext,
};

function lateText({ plan, tookMs }: Followed, interrupted: boolean): string {
  const first = interrupted ? "stopped waiting" : `not ready after ${duration(tookMs)}`;
  return `${first}; plan ${plan.generation} goes on by itself until ${plan.deadlineAt}\nhow it goes:  berth status ${plan.workload}\n`;
}
