import { strike } from "./faults.ts";
import { handle } from "./handle.ts";
import { spend } from "./rates.ts";
import { type AciReply, refusal } from "./refusal.ts";
import { type AciRequest, askedBy } from "./request.ts";
import type { AciSimRules } from "./rules.ts";
import { type AciSimState, present } from "./state.ts";

export interface AciStep {
  readonly state: AciSimState;
  readonly reply: AciReply;
}

/** One call to a simulated subscription: the same state, request, time and rules always give the same. */
export function simulateAci(
  state: AciSimState,
  request: AciRequest,
  now: number,
  rules: AciSimRules,
): AciStep {
  const asked = askedBy(request, rules);
  if ("status" in asked) return { state, reply: asked };
  const creates = !present(state, now).some(([name]) => name === asked.group);
  const paid = spend(state, asked.operation, creates, now, rules);
  if (paid.refused !== undefined) return { state, reply: paid.refused };
  const struck = strike(paid.state, asked, rules);
  const { fault } = struck;
  if (fault === undefined) return handle(struck.state, asked, request, now, rules);
  const after =
    fault.how === "before" ? struck.state : handle(struck.state, asked, request, now, rules).state;
  if (fault.how === "lost") return { state: after, reply: { status: 0, headers: {} } };
  const {
    status = 500,
    code = status === 503 ? "ServiceUnavailable" : "InternalServerError",
    message = "The simulated subscription fails this call by rule.",
  } = fault;
  return { state: after, reply: refusal(status, code, message, fault.retryAfterSeconds) };
}
