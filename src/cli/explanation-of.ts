import type { Explanation } from "../domain/plan.ts";
import type { PlacementParts, PlanView } from "./api.ts";

/** The stored explanation again, from the two parts in which the API shows it. */
export function explanationOf(plan: PlanView, parts: PlacementParts): Explanation {
  const { policy, ranked, rejected, omitted } = parts;
  return { policy, ranked, rejected, omitted, incumbent: plan.incumbent, overrides: plan.overrides };
}
