import type { EventView, PlanDocument } from "./api.ts";
import { explanationOf } from "./explanation-of.ts";
import { placesWords } from "../render/place-words.ts";
import { printable } from "../render/printable.ts";
import { renderExplanation } from "../render/explanation.ts";
import { sourceWords } from "../render/source-words.ts";

/** Events shown of a plan; the API has them all. */
const MAX_EVENTS = 20;

/** A plan for a person: what it is, what it was decided from, and what happened on the way. */
export function explainText(
  plan: PlanDocument,
  events: readonly EventView[],
  view: { readonly width: number; readonly all: boolean },
): string {
  const reason =
    plan.stateReason === undefined || plan.state === "ready" ? "" : `: ${printable(plan.stateReason)}`;
  const head = [
    `${plan.workload} plan ${plan.generation} in ${plan.environment} is ${plan.state}${reason}`,
    `${plan.trigger} by ${plan.actor}${sourceWords(plan.source)} at ${plan.createdAt}: ${plan.reason}`,
    ...(plan.units.length === 0 ? [] : [`placed on ${placesWords(plan.units.map((unit) => unit.place))}`]),
    "",
  ];
  const explanation = renderExplanation({ explanation: explanationOf(plan, plan), ...view });
  return `${head.join("\n")}\n${explanation}${happened(events)}${lastLines(plan)}`;
}

function happened(events: readonly EventView[]): string {
  if (events.length === 0) return "";
  const shown = events.slice(-MAX_EVENTS);
  const earlier = events.length - shown.length;
  const width = Math.max(...shown.map(({ type }) => type.length));
  const lines = shown.map(
    ({ at, type, message }) => `    ${at.slice(11, 19)}  ${type.padEnd(width)}  ${printable(message)}`,
  );
  return [
    "",
    `  what happened${earlier === 0 ? "" : ` (${earlier} earlier events left out)`}`,
    ...lines,
    "",
  ].join("\n");
}

function lastLines({ logTail, workload, generation }: PlanDocument): string {
  if (logTail.length === 0) return "";
  const lines = logTail.map((line) => `    ${printable(line)}`);
  return ["", `  last lines of ${workload} (plan ${generation})`, ...lines, ""].join("\n");
}
