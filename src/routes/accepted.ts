import { planView } from "../broker/plan-view.ts";
import type { Plan } from "../domain/plan.ts";
import { json } from "./answer.ts";
import type { AnswerSpec } from "./define.ts";
import { etagOf } from "./preconditions.ts";

/** What a change of a workload answers: 202 and where to wait, or 200 with the plan in force when nothing changes. */
export function accepted(result: {
  readonly plan: Plan;
  readonly outcome: "created" | "changed" | "unchanged" | "held";
}): Response {
  const { plan, outcome } = result;
  const location = `/v1/plans/${plan.id}`;
  return json(
    outcome === "unchanged" ? 200 : 202,
    { plan: planView(plan), outcome },
    // What is held has not changed the workload, so it has no new generation to name.
    outcome === "held" ? { location } : { location, etag: etagOf(plan.generation) },
  );
}

const HEADERS = {
  location: "The plan; `?wait=ready` waits for it.",
  etag: "The workload's new generation, quoted.",
};

/** What a change always answers when it commits. */
export const COMMITTED: Readonly<Record<202, AnswerSpec>> = {
  202: {
    description:
      "Committed; the reconciler does the rest. Or, where `plan.state` is `held`, kept until its `holds` are gone.",
    schema: "PlanAccepted",
    headers: HEADERS,
  },
};
/** The answers of every call that makes a plan. */
export const PLAN_ANSWERS: Readonly<Record<number, AnswerSpec>> = {
  200: { description: "Nothing changes; the plan in force.", schema: "PlanAccepted", headers: HEADERS },
  ...COMMITTED,
};
