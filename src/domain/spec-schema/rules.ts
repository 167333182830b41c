import type { Problem } from "../fault.ts";
import type { ReadableFields } from "./document.ts";
import { healthProblems, kindProblems, scaleProblems } from "./kind-rules.ts";
import {
  fileProblems,
  nameProblems,
  portProblems,
  relationProblems,
  variableProblems,
} from "./name-rules.ts";

/** A rule across fields. Fields that could not be read are absent from `fields`; `given` has what was written. */
type Rule = (fields: ReadableFields, given: Readonly<Record<string, unknown>>) => readonly Problem[];

const RULES: readonly Rule[] = [
  kindProblems,
  scaleProblems,
  healthProblems,
  rolloutProblems,
  variableProblems,
  fileProblems,
  nameProblems,
  portProblems,
  relationProblems,
];

/** What is wrong between fields that are each right. */
export function ruleProblems(
  fields: ReadableFields,
  given: Readonly<Record<string, unknown>>,
): readonly Problem[] {
  return RULES.flatMap((rule) => rule(fields, given));
}

function rolloutProblems({ rollout, singleton }: ReadableFields): readonly Problem[] {
  const problems: Problem[] = [];
  const percents = rollout?.percents;
  const ascending = percents?.every((percent, index) => percent > (percents[index - 1] ?? 0)) ?? true;
  if (percents !== undefined && (!ascending || percents.at(-1) !== 100)) {
    problems.push({
      pointer: "/rollout/percents",
      message: "percents must ascend and end with 100, such as [10, 50, 100]",
    });
  }
  if (rollout?.order === "start-first" && singleton === true) {
    problems.push({
      pointer: "/rollout/order",
      message: "a singleton is never two at once; say stop-first or leave it out",
    });
  }
  if (rollout?.order === "start-first" && rollout.strategy === "recreate") {
    problems.push({
      pointer: "/rollout/order",
      message: "recreate stops the old first; say stop-first or leave it out",
    });
  }
  return problems;
}
