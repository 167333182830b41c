import type { SimulatedRequest, Step } from "./reply.ts";
import type { FaultRule, ProjectState } from "./state.ts";

/** The first rule that strikes this request, and the counters after it has. */
export function strike(
  state: ProjectState,
  rules: readonly FaultRule[],
  request: SimulatedRequest,
): { readonly state: ProjectState; readonly rule?: FaultRule } {
  let { faultsUsed } = state;
  for (const [index, rule] of rules.entries()) {
    if (rule.method !== request.method || !request.path.includes(rule.path)) continue;
    const key = `${index}:${rule.method}:${rule.path}`;
    const met = (faultsUsed[key] ?? 0) + 1;
    const skip = rule.skip ?? 0;
    if (met > skip + rule.times) continue;
    faultsUsed = { ...faultsUsed, [key]: met };
    if (met > skip) return { state: { ...state, faultsUsed }, rule };
  }
  return { state: faultsUsed === state.faultsUsed ? state : { ...state, faultsUsed } };
}

/** What a rule answers. */
export function failed(state: ProjectState, rule: FaultRule): Step {
  const { status, code, reason, retryAfterSeconds } = rule;
  const message = rule.message ?? "The simulation fails this request as it was told.";
  const details =
    reason === undefined
      ? {}
      : {
          details: [
            { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain: "googleapis.com" },
          ],
        };
  const body =
    code === undefined ? undefined : { error: { code: status, message, status: code, ...details } };
  return { state, reply: { status, body, retryAfterSeconds } };
}
