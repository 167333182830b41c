import { Fault, type FaultCode } from "../domain/fault.ts";
import type { Plan, PlanState } from "../domain/plan.ts";
import type { Store } from "../store/store.ts";
import { unitState } from "./cleanup-blocked.ts";
import { planView } from "./plan-view.ts";
import type { Caller, Ports } from "./ports.ts";

/** The longest one call may wait, seconds (DESIGN.md, HTTP contract). */
export const MAX_WAIT_SECONDS = 60;
const POLL_MS = 200;

type WaitPorts = Pick<Ports, "now" | "sleep"> & { readonly store: Pick<Store, "plan" | "units"> };

/** The plan, or `not-found`. A plan of another project does not exist. */
export async function readPlan(
  ports: { readonly store: Pick<Store, "plan"> },
  caller: Caller,
  id: string,
): Promise<Plan> {
  const plan = await ports.store.plan(caller.project.id, id);
  if (plan === undefined)
    throw new Fault("not-found", `There is no plan ${id} in project ${caller.project.name}.`);
  return plan;
}

/**
 * The plan once it is ready. Throws `plan-failed`, `plan-rolled-back`, `plan-superseded`, `plan-held`, `plan-aborted` or
 * `plan-expired` as soon as that is certain, and `not-ready-yet` (504, with Retry-After) when the time is up.
 */
export async function waitUntilReady(
  ports: WaitPorts,
  caller: Caller,
  id: string,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<Plan> {
  const end = ports.now() + timeoutSeconds * 1_000;
  for (;;) {
    const plan = await readPlan(ports, caller, id);
    if (plan.state === "ready") return plan;
    const code = ENDED_AS[plan.state];
    if (code !== undefined) throw ended(plan, code);
    if (ports.now() >= end || signal.aborted) throw await notYet(ports, plan, timeoutSeconds);
    await ports.sleep(Math.min(POLL_MS, Math.max(0, end - ports.now())), signal);
  }
}

/** The problem that a wait for a plan ends with, by how the plan ended. */
export const ENDED_AS: Readonly<Partial<Record<PlanState, FaultCode>>> = {
  "rolled-back": "plan-rolled-back",
  failed: "plan-failed",
  superseded: "plan-superseded",
  aborted: "plan-aborted",
  expired: "plan-expired",
  held: "plan-held",
  proposed: "plan-not-committable",
};

function ended(plan: Plan, code: FaultCode): Fault {
  const why = plan.stateReason === undefined ? "" : `: ${plan.stateReason}`;
  return new Fault(code, `Plan ${plan.generation} of ${plan.workload} is ${plan.state}${why}`, {
    extra: { plan: planView(plan) },
  });
}

async function notYet({ store }: WaitPorts, plan: Plan, seconds: number): Promise<Fault> {
  const units = await store.units({ project: plan.project, environment: plan.environment }, plan.workload);
  const left = units.find((unit) => unitState(unit) === "cleanup-blocked");
  const why = left === undefined ? "" : `, for the cleanup is blocked: ${left.setback?.message ?? ""}`;
  return new Fault("not-ready-yet", `Plan ${plan.id} is ${plan.state} after ${seconds} s${why}; ask again.`, {
    extra: { plan: planView(plan) },
    retryAfterSeconds: 1,
  });
}
