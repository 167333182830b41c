import type { Unit } from "../../domain/plan.ts";
import type { Attempt, Run, TryVariable } from "../../domain/run.ts";

/** The unit of one try: one container, which is told which of its run it is. */
export function tryUnit(unit: Unit, run: Pick<Run, "id" | "job">, attempt: Attempt): Unit {
  const told: Readonly<Record<TryVariable, string>> = {
    BERTH_RUN: run.id,
    BERTH_ATTEMPT: String(attempt.number),
    BERTH_TASK_INDEX: String(attempt.index),
    BERTH_TASK_COUNT: String(run.job.parallelism),
  };
  const env = { ...unit.template.env, ...told };
  return { ...unit, replicas: { min: 1, max: 1 }, template: { ...unit.template, env } };
}
