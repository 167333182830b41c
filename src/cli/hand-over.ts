import { placesWords } from "../render/place-words.ts";
import { printable } from "../render/printable.ts";
import type { PlanView, WorkloadView } from "./api.ts";

/**
 * The plan of the same revision that the broker made in place of a superseded one, because its place was full: still what the person
 * asked for. Undefined where somebody else deployed something.
 */
export function successorOf(plan: PlanView, workload: WorkloadView | undefined): PlanView | undefined {
  const newer = workload?.plan;
  if (newer === undefined || newer.generation <= plan.generation) return undefined;
  return newer.revision === plan.revision ? newer : undefined;
}

/** One line about it. */
export function handOverWords(successor: PlanView): string {
  const where = placesWords(successor.units.map((unit) => unit.place));
  return `handed on to plan ${successor.generation} on ${where}: ${printable(successor.reason)}`;
}
