import { Fault } from "../domain/fault.ts";
import type { Plan } from "../domain/plan.ts";
import { AUTOMATION } from "../policy/rules/facts.ts";
import type { Replan } from "../reconcile/action.ts";
import type { Claim } from "../store/store.ts";
import { draftPlan } from "./draft.ts";
import { readLineage } from "./lineage.ts";
import type { Caller, Ports } from "./ports.ts";
import { readSpec } from "./read-spec.ts";
import { submitDraft } from "./submit.ts";

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
  const caller: Caller = { project, environment: claim.scope.environment, actor: AUTOMATION };
  try {
    const lineage = await readLineage(ports.store, claim.scope, claim.workload.name);
    if (lineage.workload?.generation !== claim.workload.generation) return undefined;
    const { document, images } = await revisionOf(ports, claim, request);
    const continues = request.trigger === "deploy";
    const avoidOffers = refusedOffers(ports, claim, request);
    const { avoidHosts } = request;
    const draft = await draftPlan(ports, caller, lineage, {
      ...(await readSpec(ports, caller, document, claim.workload.name)),
      trigger: request.trigger,
      reason: because,
      source: claim.plan.source,
      fresh: false,
      images,
      avoidOffers,
      avoidHosts,
      ...(continues ? rest(claim.plan) : {}),
    });
    const { plan } = await submitDraft(ports, caller, lineage, draft, {
      // Only a failover is a change of its own: a rollout that goes on, or goes back, was let through when it began.
      continues: request.trigger !== "failover",
      request: { fresh: false, avoidOffers, avoidHosts },
    });
    return plan.state === "held" ? plan.stateReason : undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    // Somebody else's plan is in force now; the next pass sees it.
    return error.code === "generation-conflict" ? undefined : error.message;
  }
}

const rest = ({ changeId, deadlineAt, emergency }: Plan) => ({ changeId, deadlineAt, emergency });

/** For how long an offer that has refused is left out of the plans that follow, ms. */
const REFUSAL_HOLDS_MS = 10_000;

// With those that refused the plan before, too: two places that are both full would otherwise be tried in turn without end.
function refusedOffers(ports: Ports, claim: Claim, request: Replan): readonly string[] {
  const { createdAt, refusedOffers: before = [] } = claim.plan;
  const recent = ports.now() - createdAt < REFUSAL_HOLDS_MS;
  return [...new Set([...(recent ? before : []), ...request.avoidOffers])];
}

async function revisionOf(ports: Ports, claim: Claim, request: Replan) {
  const hash = request.revision ?? claim.plan.revision;
  const revision = await ports.store.revision(claim.scope, claim.workload.name, hash);
  const { document } = revision ?? claim.workload;
  return { document, images: revision?.images ?? [] };
}
