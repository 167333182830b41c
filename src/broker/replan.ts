import { Fault } from "../domain/fault.ts";
import type { Replan } from "../reconcile/action.ts";
import type { Claim } from "../store/store.ts";
import { commitDraft } from "./commit.ts";
import { draftPlan } from "./draft.ts";
import { readLineage } from "./lineage.ts";
import type { Caller, Ports } from "./ports.ts";
import { readSpec } from "./read-spec.ts";

/**
 * Make and commit another plan because the one in force cannot be carried out where it says. Undefined when it was
 * committed or somebody else was first; else the sentence why there is no other place.
 */
export async function replan(
  ports: Ports,
  claim: Claim,
  request: Replan,
  because: string,
): Promise<string | undefined> {
  const project = await ports.store.project(claim.scope.project);
  if (project === undefined) return "its project is gone";
  const caller: Caller = { project, environment: claim.scope.environment, actor: "berth" };
  try {
    const lineage = await readLineage(ports.store, claim.scope, claim.workload.name);
    if (lineage.workload?.generation !== claim.workload.generation) return undefined;
    const document = await documentOf(ports, claim, request);
    const continues = request.trigger === "deploy";
    const draft = await draftPlan(ports, caller, lineage, {
      ...(await readSpec(ports, caller, document, claim.workload.name)),
      trigger: request.trigger,
      reason: because,
      source: claim.plan.source,
      fresh: false,
      avoidOffers: refusedOffers(ports, claim, request),
      avoidHosts: request.avoidHosts,
      ...(continues ? { changeId: claim.plan.changeId, deadlineAt: claim.plan.deadlineAt } : {}),
    });
    await commitDraft(ports, caller, lineage, draft);
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    // Somebody else's plan is in force now; the next pass sees it.
    return error.code === "generation-conflict" ? undefined : error.message;
  }
}

/** For how long an offer that has refused is left out of the plans that follow, ms. */
const REFUSAL_HOLDS_MS = 10_000;

// With those that refused the plan before, too: two places that are both full would otherwise be tried in turn without end.
function refusedOffers(ports: Ports, claim: Claim, request: Replan): readonly string[] {
  const { createdAt, refusedOffers: before = [] } = claim.plan;
  const recent = ports.now() - createdAt < REFUSAL_HOLDS_MS;
  return [...new Set([...(recent ? before : []), ...request.avoidOffers])];
}

async function documentOf(ports: Ports, claim: Claim, request: Replan) {
  const hash = request.revision ?? claim.plan.revision;
  const revision = await ports.store.revision(claim.scope, claim.workload.name, hash);
  return revision?.document ?? claim.workload.document;
}
