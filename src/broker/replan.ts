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
      ...readSpec(document, claim.workload.name),
      trigger: request.trigger,
      reason: because,
      source: claim.plan.source,
      fresh: false,
      avoidOffers: request.avoidOffers,
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

async function documentOf(ports: Ports, claim: Claim, request: Replan) {
  const hash = request.revision ?? claim.plan.revision;
  const revision = await ports.store.revision(claim.scope, claim.workload.name, hash);
  return revision?.document ?? claim.workload.document;
}
