import type { WorkloadView } from "./api.ts";
import type { ExitCode } from "./context.ts";
import { exitOf } from "./explain-problem.ts";
import { expectedWords } from "./expected-words.ts";
import { duration } from "./figures.ts";
import type { Followed } from "./follow-plan.ts";
import { endedWords, lastLines, lateWords, nextAfterEnd } from "./plan-end.ts";
import { printJson } from "./print-json.ts";
import type { Changer } from "./changer.ts";

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
  say([endedWords(plan, followed.workload, before?.plan?.id), ...lastLines(plan)].join("\n"));
  ctx.stderr.write(`\n${nextAfterEnd(plan)}\n`);
  return exitOf(problem?.code ?? "");
}

function readyLine({ plan, tookMs, workload }: Followed, before: WorkloadView | undefined): string {
  if (plan.trigger === "destroy") return `gone in ${duration(tookMs)}`;
  const url = workload?.url === undefined ? [] : [workload.url];
  const price =
    plan.price === undefined ? [] : [expectedWords(plan.price.expectedUsd, before?.plan?.price?.expectedUsd)];
  return [`ready in ${duration(tookMs)}`, ...url, ...price].join(" · ");
}

function lateText({ plan, tookMs }: Followed, interrupted: boolean): string {
  const first = lateWords(tookMs, interrupted);
  return `${first}; plan ${plan.generation} goes on by itself until ${plan.deadlineAt}\nhow it goes:  berth status ${plan.workload}\n`;
}
