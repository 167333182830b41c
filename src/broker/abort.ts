import { Fault } from "../domain/fault.ts";
import type { Plan } from "../domain/plan.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { readPlan } from "./wait.ts";

export interface AbortRequest {
  readonly reason?: string | undefined;
}

/**
 * Give up a plan that waits or is under way. One that waits ends at once; one that is under way goes back to the plan before it, as a
 * rollout does that fails. Throws `conflict` with the reason where there is nothing to give up, or nothing to go back to.
 */
export async function abortPlan(
  ports: Ports,
  caller: Caller,
  id: string,
  request: AbortRequest,
): Promise<Plan> {
  const plan = await readPlan(ports, caller, id);
  const scope = { ...scopeOf(caller), environment: plan.environment };
  const by = request.reason === undefined ? "" : `: ${request.reason}`;
  const reason = `aborted by ${caller.actor}${by}`;
  const event = {
    at: ports.now(),
    type: plan.state === "held" ? "plan.aborted" : "plan.abort-asked",
    actor: caller.actor,
    message: reason,
    data: { plan: id },
  };
  if (plan.state === "held") {
    await ports.store.endHeld(scope, plan, { state: "aborted", reason, event });
    return settled(await readPlan(ports, caller, id));
  }
  refuseAbort(
    plan,
    plan.parent === undefined ? undefined : await ports.store.plan(plan.project, plan.parent),
  );
  const abort = { actor: caller.actor, reason: request.reason ?? "nobody said why" };
  await ports.store.requestAbort(scope, plan, abort, event);
  ports.nudge();
  return settled(await readPlan(ports, caller, id));
}

function refuseAbort(plan: Plan, parent: Plan | undefined): void {
  const name = plan.workload;
  const no = (message: string) => new Fault("conflict", message);
  if (plan.state === "proposed")
    throw no(`Plan ${plan.id} is only proposed: nothing has begun, and nothing has to be given up.`);
  if (plan.state !== "pending" && plan.state !== "progressing")
    throw no(`Plan ${plan.id} is ${plan.state} already. To go back, roll ${name} back.`);
  if (plan.trigger === "destroy")
    throw no(`${name} is being removed, and its units do not come back. Deploy it again instead.`);
  if (parent === undefined || parent.units.length === 0)
    throw no(
      `Plan ${plan.id} is the first of ${name}: there is nothing to go back to. Remove ${name} instead.`,
    );
}

// Somebody else may have been quicker: then it is what they made of it.
function settled(plan: Plan): Plan {
  if (plan.state === "aborted" || plan.abort !== undefined) return plan;
  throw new Fault("conflict", `Plan ${plan.id} is ${plan.state} meanwhile.`);
}
