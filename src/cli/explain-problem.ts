import type { FaultCode } from "../domain/fault.ts";
import type { ApiProblem } from "./api-problem.ts";
import type { ExitCode, Sink } from "./context.ts";
import { isRecord } from "./is-record.ts";
import { explainPlanChanged } from "./plan-changed.ts";
import { Refusal } from "./refusal.ts";
import { explainUnplaced } from "./unplaced.ts";
import type { Unreachable } from "./unreachable.ts";

/** The broker's "no" for a person: its own sentence, the fields it speaks of, and the next command. Laid out for `to`. */
export function explainProblem(problem: ApiProblem, to: Sink): Refusal {
  if (problem.code === "no-placement") return explainUnplaced(problem, to, []);
  if (problem.code === "plan-changed") return explainPlanChanged(problem, to);
  const request =
    problem.requestId === undefined || problem.status < 500 ? [] : [`  request id ${problem.requestId}`];
  const fields = problem.problems.map(
    ({ pointer, message }) => `  ${pointer === "" ? "(body)" : pointer}  ${message}`,
  );
  return new Refusal(exitOf(problem.code), problem.message, {
    cause: problem,
    details: [...fields, ...overtakenLines(problem), ...request],
    next: nextAfter(problem),
  });
}

/** Of a change that somebody overtook: at which plan each of those workloads is now. */
function overtakenLines({ document }: ApiProblem): readonly string[] {
  const list = document["workloads"];
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  return entries.flatMap((entry) => {
    if (!isRecord(entry)) return [];
    const { workload, generation } = entry;
    if (typeof workload !== "string" || typeof generation !== "number") return [];
    return [`  ${workload}  is at plan ${generation} now`];
  });
}

function nextAfter({ code, document }: ApiProblem): string | undefined {
  if (code === "not-found") return whatThereIs(document["instance"]);
  return Object.hasOwn(NEXT, code) ? NEXT[code] : undefined;
}

// `instance` is the path that was asked for.
function whatThereIs(instance: unknown): string {
  const asked = typeof instance === "string" ? instance : "";
  const [, many = ""] = /^\/v1\/([a-z]+)\//.exec(asked) ?? [];
  return `What there is:  berth ${LISTS.get(many) ?? "status"}`;
}

const LISTS: ReadonlyMap<string, string> = new Map([
  ["targets", "target list"],
  ["agents", "agent list"],
  ["tokens", "token list"],
  ["policies", "policy list"],
  ["budgets", "budget list"],
  ["exceptions", "exception list"],
]);

/** No answer, for a person. */
export function explainSilence(silence: Unreachable): Refusal {
  return new Refusal(1, silence.message, { cause: silence, next: AFTER_SILENCE[silence.why] });
}

/** What an exit code makes of a problem's code: 2 for what the caller wrote, 3 for a plan that waits or was overtaken. */
export function exitOf(code: string): ExitCode {
  if (WRITTEN_WRONG.has(code)) return 2;
  return OVERTAKEN.has(code) ? 3 : 1;
}

const WRITTEN_WRONG: ReadonlySet<string> = new Set<FaultCode>([
  "invalid-body",
  "invalid-spec",
  "invalid-query",
  "invalid-header",
]);
const OVERTAKEN: ReadonlySet<string> = new Set<FaultCode>(["plan-superseded", "plan-held"]);

const NEXT: Readonly<Partial<Record<string, string>>> = {
  unauthenticated:
    "Set BERTH_TOKEN to a token of this broker. It printed one at its first start; more:  berth token create NAME",
  "invalid-token":
    "Set BERTH_TOKEN to a token of this broker. It printed one at its first start; more:  berth token create NAME",
  forbidden: "What this token may do:  berth token list",
  "generation-conflict": "Someone else deployed meanwhile. See what:  berth status   then run this again",
  "policy-denied": "Change what the rule asks for, or ask for an exception:  berth exception add RULE",
  "plan-not-held": "What became of it:  berth explain PLAN",
  "older-than-current": "A newer commit is already deployed; nothing was changed",
  "confirmation-required": "This environment is protected. Add --yes once you are sure",
  "in-use": "What still runs there:  berth status",
  "too-many-requests": "Wait a little, then run this again",
  internal: "The broker's own log says more, under that request id",
  unavailable: "Run this again in a moment; what already runs goes on serving",
} satisfies Partial<Record<FaultCode, string>>;

const AFTER_SILENCE: Readonly<Record<Unreachable["why"], string | undefined>> = {
  refused: "Start one with:  npm start     or name another:  --server URL (BERTH_SERVER)",
  late: "Run this again; a change that was sent is made once however often it is sent",
  broken: "Is that the right --server (BERTH_SERVER)?",
  foreign: "Is that the right --server (BERTH_SERVER)? The API listens on 8787, the gateway on 8788",
  interrupted: undefined,
};
