import type { PlanState } from "../../domain/plan.ts";
import type { StoredChange } from "../../store/store.ts";
import { iso } from "../instants.ts";
import { planView } from "../plan-view.ts";
import type { ChangeNow } from "./read.ts";

/** From the worst to the best: a change is what the worst of its plans is. */
const WORST_FIRST: readonly PlanState[] = [
  "failed",
  "rolled-back",
  "aborted",
  "expired",
  "superseded",
  "held",
  "proposed",
  "progressing",
  "pending",
  "ready",
];

/** One state for all of its plans: the worst of theirs, `proposed` while it was only shown. */
export function stateOf({ change, plans }: ChangeNow): PlanState {
  if (change.state === "proposed") return "proposed";
  return WORST_FIRST.find((state) => plans.some((plan) => plan.state === state)) ?? "expired";
}

/** A change as the API shows it. */
export function changeView({ change, plans }: ChangeNow) {
  const because = new Map(change.members.map((member) => [member.workload, member.because]));
  return {
    id: change.id,
    state: stateOf({ change, plans }),
    actor: change.actor,
    environment: change.environment,
    source: change.source,
    createdAt: iso(change.createdAt),
    price: change.price,
    packing: { proven: change.packing.proven, withinPercent: withinPercent(change.packing) },
    plans: plans.map((plan) => ({ ...planView(plan), because: because.get(plan.workload) })),
  };
}

/** How much better any other choice of places could be together, as a share of the best possible, in percent with two decimals. */
function withinPercent({ total, bound, proven }: StoredChange["packing"]): string {
  const gap = proven || bound === 0 ? 0 : (bound - total) / Math.abs(bound);
  return (Math.max(0, gap) * 100).toFixed(2);
}
