import { type Change, changesTable } from "../render/changes.ts";
import { textLines } from "../render/to-text.ts";
import type { ApiProblem } from "./api-problem.ts";
import type { Sink } from "./context.ts";
import { isRecord } from "./is-record.ts";
import { Refusal } from "./refusal.ts";
import { widthOf } from "./width.ts";

/** Differences that are shown; the API's own answer has them all. */
const MAX_SHOWN = 20;

/** A plan that is no longer what was shown: each difference in a row. */
export function explainPlanChanged(problem: ApiProblem, to: Sink): Refusal {
  const listed = problem.document["differences"];
  const changes = (Array.isArray(listed) ? listed : []).filter(isChange).map(withWorkload);
  if (changes.length === 0) return new Refusal(1, problem.message, { cause: problem, next: NEXT });
  const hidden = changes.length - MAX_SHOWN;
  return new Refusal(1, "The plan is no longer what it was shown to be; nothing was changed.", {
    cause: problem,
    details: [
      ...textLines([changesTable(changes.slice(0, MAX_SHOWN))], widthOf(to)),
      ...(hidden <= 0 ? [] : [`  and ${hidden} more: --json lists them`]),
    ],
    next: NEXT,
  });
}

const NEXT = "See what it would be now:  berth plan -f FILE";

// Of several workloads each difference says whose it is.
function withWorkload(change: Change & { readonly workload?: unknown }): Change {
  return typeof change.workload === "string"
    ? { ...change, what: `${change.workload}: ${change.what}` }
    : change;
}

function isChange(entry: unknown): entry is Change {
  return isRecord(entry) && ["changed", "what", "from", "to"].every((key) => typeof entry[key] === "string");
}
