import type { SimulatedRequest, Step } from "./reply.ts";
import type { FaultRule, ProjectState } from "./state.ts";

/** The first rule that strikes this request, and the counters after it has. */
export function strike(
  state: ProjectState,
  rules: readonly FaultRule[],
  request: SimulatedRequest,
): { readonly state: ProjectState; readonly rule?: FaultRule } {
  const met = new Map(Object.entries(state.faultsUsed));
  let struck: FaultRule | undefined;
  for (const [index, rule] of rules.entries()) {
    if (struck !== undefined || rule.method !== request.method || !request.path.includes(rule.path)) continue;
    const key = `${index}:${rule.method}:${rule.path}`;
    const times = (met.get(key) ?? 0) + 1;
    const skip = rule.skip ?? 0;
    if (times > skip + rule.times) continue;
    met.set(key, times);
    if (times > skip) struck = rule;
  }
  const counted = [...met].some(([key, times]) => state.faultsUsed[key] !== times);
  const after = counted ? { ...state, faultsUsed: Object.fromEntries(met) } : state;
  return struck === undefined ? { state: after } : { state: after, rule: struck };
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
