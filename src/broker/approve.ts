import { othersThan } from "../domain/exception.ts";
import { Fault } from "../domain/fault.ts";
import type { Plan } from "../domain/plan.ts";
import { agreedTo, lookAtHeld } from "./holds.ts";
import { personOf, scopeOf, type Caller, type Ports } from "./ports.ts";
import { readPlan } from "./wait.ts";

export interface ApproveRequest {
  /** The hash of the plan as the caller saw it: needed, so that nobody agrees to what they did not see. */
  readonly hash?: string | undefined;
}

/**
 * Agree to a held plan, and commit it if nothing else holds it. Gives the plan as it stands then. Throws `plan-not-held`, `forbidden`
 * for one of its authors, `invalid-body` without a hash, `plan-changed` for another one, and `plan-expired` when it would no longer be what was agreed to.
 */
export async function approvePlan(
  ports: Ports,
  caller: Caller,
  id: string,
  request: ApproveRequest,
): Promise<Plan> {
  const plan = await readPlan(ports, caller, id);
  if (plan.state !== "held") throw notHeld(plan);
  const { hash = "", environment } = plan;
  const person = personOf(caller);
  if (othersThan(plan.proposal?.authors ?? [], [person]).length === 0)
    throw new Fault(
      "forbidden",
      `${caller.actor} asked for plan ${id}, so somebody else must approve it, with a token of their own.`,
    );
  if (request.hash === undefined) throw unseen(id);
  if (request.hash !== hash)
    throw new Fault(
      "plan-changed",
      `Plan ${id} is not the one you saw: its hash is ${hash}. Read it again.`,
      {
        extra: { hash },
      },
    );
  const at = ports.now();
  const scope = { ...scopeOf(caller), environment };
  await ports.store.approvePlan(
    scope,
    plan,
    { ...person, hash, at },
    {
      at,
      type: "plan.approved",
      actor: caller.actor,
      message: `${caller.actor} agreed to it`,
      data: { plan: id, hash },
    },
  );
  // Nothing new where they had agreed already; in either case what counts is what stands now.
  const now = await readPlan(ports, caller, id);
  if (now.state !== "held") return ended(now);
  const agreed = await agreedTo(ports, now);
  if (!agreed.some(({ actor, token }) => actor === person.actor || token === person.token))
    throw new Fault("conflict", `Plan ${id} changed while it was approved; read it and try again.`);
  return ended(await lookAtHeld(ports, now));
}

// Committed or still waiting is an answer; the rest has to be told as what it is.
function ended(plan: Plan): Plan {
  if (plan.state === "expired")
    throw new Fault(
      "plan-expired",
      `Plan ${plan.id} is not committed: ${plan.stateReason ?? "it has expired"}`,
      {
        extra: { stateReason: plan.stateReason },
      },
    );
  if (plan.state === "aborted" || plan.state === "superseded") throw notHeld(plan);
  return plan;
}

function unseen(id: string): Fault {
  const message = `say which plan you saw: send the \`hash\` that GET /v1/plans/${id} has beside what it shows`;
  return new Fault("invalid-body", "An approval is of a plan as it was seen.", {
    problems: [{ pointer: "/hash", message }],
  });
}

function notHeld({ id, state }: Plan): Fault {
  return new Fault("plan-not-held", `Plan ${id} is ${state}; only a held plan can be approved.`);
}
