import { accountStep } from "./account.ts";
import { failed, strike } from "./faults.ts";
import { loggingStep } from "./logging.ts";
import { refusal, type SimulatedRequest, type Step } from "./reply.ts";
import { runStep } from "./run.ts";
import { secretStep } from "./secret-manager.ts";
import type { ProjectRules, ProjectState } from "./state.ts";

/**
 * One request to a simulated Google project at `now` (ms): the state after it and the answer. Pure; a request that only reads
 * leaves the state as the very object it was.
 */
export function simulate(
  state: ProjectState,
  request: SimulatedRequest,
  now: number,
  rules: ProjectRules,
): Step {
  const struck = strike(state, rules.faults, request);
  const { rule } = struck;
  if (rule === undefined) return handle(struck.state, request, now, rules);
  const after = rule.after === true ? handle(struck.state, request, now, rules).state : struck.state;
  return failed(after, rule);
}

function handle(state: ProjectState, request: SimulatedRequest, now: number, rules: ProjectRules): Step {
  const { path } = request;
  const run = /^\/v2\/projects\/([^/]+)\/locations\/([^/]+)\/(.+)$/.exec(path);
  if (run !== null) {
    const [, project = "", region = "", rest = ""] = run;
    if (project !== rules.project)
      return refusal(state, "PERMISSION_DENIED", `Permission denied on project ${project}.`);
    return runStep(state, { ...request, region, rest }, now, rules);
  }
  const secrets = `/v1/projects/${rules.project}/secrets`;
  if (path === secrets || path.startsWith(`${secrets}/`))
    return secretStep(state, { ...request, rest: path.slice(secrets.length + 1) }, now, rules);
  if (path === "/v2/entries:list") return loggingStep(state, request, now);
  return accountStep(state, request, now, rules);
}
