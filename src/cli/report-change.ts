import { printable } from "../render/printable.ts";
import type { Caller } from "./changer.ts";
import { changePrice } from "./change-words.ts";
import type { ExitCode } from "./context.ts";
import { count, duration } from "./figures.ts";
import type { FollowedChange, Member } from "./follow-change.ts";
import { letGoWords } from "./held-text.ts";
import { endedWords, lastLines, lateWords, nextAfterEnd } from "./plan-end.ts";
import { printJson } from "./print-json.ts";

/** Say how the plans of a change ended: results on stdout, what to do next on stderr. */
export function reportChange({ ctx, given }: Caller, followed: FollowedChange): ExitCode {
  const { members, answer, late, tookMs } = followed;
  const isIn = (...states: readonly string[]) => members.filter(({ plan }) => states.includes(plan.state));
  const [ready, waits, goesOn] = [isIn("ready"), isIn("held"), isIn("pending", "progressing")];
  const ended = members.filter((member) => ![ready, waits, goesOn].some((some) => some.includes(member)));
  if (given.on.has("json")) printJson(ctx, answer);
  else {
    const lines = [...resultLine(followed, ready.length), ...waits.map(heldLine), ...ended.flatMap(endLines)];
    ctx.stdout.write(lines.map((line) => `${line}\n`).join(""));
  }
  const next = [
    ...(late ? [`${lateWords(tookMs ?? 0, ctx.signal.aborted)}; ${goOnWords(goesOn)}`] : []),
    ...(tookMs === undefined ? ["nothing was changed yet"] : []),
    ...new Set(waits.flatMap(({ plan }) => letGoWords(plan))),
    ...ended.map(({ plan }) => nextAfterEnd(plan)),
    ...(goesOn.length === 0 ? [] : [`how it goes:  berth status ${answer.change.id}`]),
  ];
  if (next.length > 0) ctx.stderr.write(`\n${next.join("\n")}\n`);
  return exitOf(ended, late, waits.length > 0);
}

function resultLine({ members, tookMs, answer }: FollowedChange, ready: number): readonly string[] {
  if (tookMs === undefined) return [];
  const took = duration(tookMs);
  if (ready === members.length) {
    const price = changePrice(answer.change);
    return [[`ready in ${took}`, count(ready, "workload"), ...price].join(" · ")];
  }
  return [`${ready} of ${count(members.length, "workload")} ready in ${took}`];
}

const heldLine = ({ plan }: Member): string =>
  `${plan.workload} held: ${printable(plan.stateReason ?? "it waits")} (${plan.id})`;

function endLines({ plan, workload }: Member): readonly string[] {
  return [`${plan.workload} ${endedWords(plan, workload, plan.parent)}`, ...lastLines(plan)];
}

/** Names in one sentence; more are counted. */
const MAX_NAMED = 5;

function goOnWords(goesOn: readonly Member[]): string {
  const names = goesOn.map(({ plan }) => plan.workload);
  const until = goesOn.reduce((last, { plan }) => (plan.deadlineAt > last ? plan.deadlineAt : last), "");
  if (names.length === 1) return `${names.join("")} goes on by itself until ${until}`;
  const who = names.length > MAX_NAMED ? count(names.length, "workload") : names.join(", ");
  return `${who} go on by themselves until ${until}`;
}

function exitOf(ended: readonly Member[], late: boolean, waits: boolean): ExitCode {
  if (late || ended.some(({ plan }) => plan.state !== "superseded")) return 1;
  return waits || ended.length > 0 ? 3 : 0;
}
