import type { Unit } from "../../../domain/plan.ts";
import { TRY_VARIABLES } from "../../../domain/run.ts";

/** A job's unit as all of its tries share it, and what only one of them is told. */
export interface SplitTry {
  readonly unit: Unit;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Takes what only one try is told out of its unit: a task definition that held it would be another one for each try, and ECS
 * registers one a second (Amazon ECS API, "Request throttling").
 */
export function splitTry(unit: Unit): SplitTry {
  const { template } = unit;
  const isOwn = ([name]: readonly [string, string]) => TRY_VARIABLES.some((own) => own === name);
  const entries = Object.entries(template.env);
  if (template.kind !== "job" || !entries.some(isOwn)) return { unit, variables: {} };
  const env = Object.fromEntries(entries.filter((entry) => !isOwn(entry)));
  return {
    unit: { ...unit, template: { ...template, env } },
    variables: Object.fromEntries(entries.filter(isOwn)),
  };
}
