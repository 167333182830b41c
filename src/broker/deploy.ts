import { canonicalJson } from "../domain/canonical-json.ts";
import { Fault } from "../domain/fault.ts";
import { mergePatch } from "../domain/merge-patch.ts";
import type { Plan } from "../domain/plan.ts";
import type { Source } from "../domain/spec.ts";
import type { Lineage } from "./lineage.ts";
import { readLineage } from "./lineage.ts";
import type { Committed } from "./commit.ts";
import { draftPlan, type Draft } from "./draft.ts";
import type { DraftRequest } from "./draft-request.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { judgeDraft } from "./judge.ts";
import { readSpec } from "./read-spec.ts";
import { submitDraft } from "./submit.ts";
import { readPlan } from "./wait.ts";
import { readWorkload } from "./describe.ts";
import { differences, differencesFromNone, differencesText } from "./differences.ts";
import type { Difference } from "./differences/difference.ts";
import { NoPlacement } from "./no-placement.ts";

export type DeployRequest =
  | { readonly spec: unknown; readonly source?: Source | undefined; readonly redeploy?: boolean | undefined }
  | { readonly plan: string };

export interface DeployOptions {
  /** From `If-Match`: the generation the caller has seen. */
  readonly ifGeneration?: number | undefined;
  /** Passes freezes, approvals, price caps and budgets. The route has checked that the caller may say so. */
  readonly emergency?: Plan["emergency"];
}

/**
 * Create or change a workload. The same spec and digest again changes nothing, and a change that has to wait is held. Throws
 * `invalid-spec`, `no-placement`, `policy-denied`, `older-than-current`, `generation-conflict`, `precondition-failed`, and `plan-changed`
 * for a plan that is no longer what it was.
 */
export async function deploy(
  ports: Ports,
  caller: Caller,
  name: string,
  request: DeployRequest,
  options: DeployOptions = {},
): Promise<Committed> {
  if ("plan" in request) return commitProposed(ports, caller, name, request.plan, options);
  const parsed = await readSpec(ports, caller, request.spec, name);
  const lineage = await readLineage(ports.store, scopeOf(caller), name);
  checkGeneration(lineage, options);
  checkSequence(lineage, request.source);
  const fresh = request.redeploy === true;
  const draftFrom = (known: Lineage) =>
    draftPlan(ports, caller, known, {
      ...parsed,
      trigger: "deploy",
      reason: fresh ? "redeployed" : known.workload === undefined ? "created" : "changed",
      source: request.source,
      fresh,
      images: "registries",
      emergency: options.emergency,
    });
  const draft = await draftFrom(lineage);
  if (!fresh && isUnchanged(lineage, draft)) return unchanged(lineage);
  try {
    return await submitDraft(ports, caller, lineage, draft, { request: { fresh } });
  } catch (error) {
    if (fresh || !(error instanceof Fault) || error.code !== "generation-conflict") throw error;
    // Two pipelines that ask for the very same at once both have what they asked for.
    const since = await readLineage(ports.store, scopeOf(caller), name);
    if (isUnchanged(since, await draftFrom(since))) return unchanged(since);
    throw error;
  }
}

export interface PatchRequest {
  readonly spec?: unknown;
  readonly source?: Source | undefined;
  readonly redeploy?: boolean | undefined;
}

/** Merge a patch (RFC 7386) into the stored document and deploy the result. */
export async function patchWorkload(
  ports: Ports,
  caller: Caller,
  name: string,
  patch: PatchRequest,
  options: DeployOptions = {},
): Promise<Committed> {
  const workload = await readWorkload(ports, caller, name);
  const spec = patch.spec === undefined ? workload.document : mergePatch(workload.document, patch.spec);
  const ifGeneration = options.ifGeneration ?? workload.generation;
  return deploy(
    ports,
    caller,
    name,
    { spec, source: patch.source, redeploy: patch.redeploy },
    { ...options, ifGeneration },
  );
}

async function commitProposed(
  ports: Ports,
  caller: Caller,
  name: string,
  id: string,
  options: DeployOptions,
): Promise<Committed> {
  const shown = await readPlan(ports, caller, id);
  refuseUncommittable(shown, caller, name);
  const lineage = await readLineage(ports.store, scopeOf(caller), name);
  checkGeneration(lineage, options);
  const parsed = await readSpec(ports, caller, shown.proposal?.document, name);
  const draft = await draftAgain(ports, caller, lineage, shown, {
    ...parsed,
    trigger: "deploy",
    reason: "committed as planned",
    source: shown.source,
    fresh: false,
    images: shown.images ?? [],
    emergency: options.emergency,
    yields: shown.proposal?.request?.yields,
    id: shown.id,
    changeId: shown.changeId,
  });
  const judged = await judgeDraft(ports, caller, lineage, draft);
  refuseChanged(shown, changedSince(shown, judged.draft.plan));
  const { actor, token = actor } = shown;
  return submitDraft(ports, caller, lineage, draft, {
    request: { fresh: false, yields: shown.proposal?.request?.yields },
    authors: [{ actor, token }],
  });
}

/** The plan as it would be made now; that nothing can take it any more is a difference too. */
async function draftAgain(
  ports: Ports,
  caller: Caller,
  lineage: Lineage,
  shown: Plan,
  request: DraftRequest,
): Promise<Draft> {
  try {
    return await draftPlan(ports, caller, lineage, request);
  } catch (error) {
    if (error instanceof NoPlacement) refuseChanged(shown, differencesFromNone(shown, error));
    throw error;
  }
}

/** What has changed since a plan was shown, judged as it is now. */
export function changedSince(shown: Plan, now: Plan): readonly Difference[] {
  // A hold that is gone by now is no reason to refuse; one that was not there when it was shown is.
  const holds = shown.holds?.filter((hold) =>
    now.holds?.some(({ kind, rule }) => kind === hold.kind && rule === hold.rule),
  );
  return differences({ ...shown, holds }, now);
}

function refuseChanged({ id }: Plan, changes: readonly Difference[]): void {
  if (changes.length === 0) return;
  const message = `Plan ${id} is no longer what it was: ${differencesText(changes)}. Make a new one.`;
  throw new Fault("plan-changed", message, { extra: { differences: changes } });
}

/** Throws `plan-not-committable` for a plan that is no dry run of this workload, or was made with a what-if policy. */
export function refuseUncommittable(plan: Plan, caller: Caller, name: string): void {
  if (plan.workload !== name || plan.environment !== caller.environment)
    throw new Fault(
      "plan-not-committable",
      `Plan ${plan.id} was made for ${plan.environment}/${plan.workload}.`,
    );
  if (plan.state !== "proposed" || plan.proposal === undefined)
    throw new Fault(
      "plan-not-committable",
      `Plan ${plan.id} is ${plan.state}; only a proposed plan can be committed.`,
    );
  if (plan.proposal.whatIf)
    throw new Fault(
      "plan-not-committable",
      `Plan ${plan.id} was made with a what-if policy, so it is never committed.`,
    );
}

function checkGeneration(lineage: Lineage, options: DeployOptions): void {
  const current = lineage.workload?.generation ?? 0;
  if (options.ifGeneration === undefined || options.ifGeneration === current) return;
  throw new Fault(
    "precondition-failed",
    `The workload is at generation ${current}, not ${options.ifGeneration}; read it again.`,
  );
}

/** Throws `older-than-current`: a pipeline that was overtaken must not undo the one that overtook it. */
export function checkSequence(lineage: Lineage, source: Source | undefined): void {
  const last = lineage.workload?.sequence;
  if (last === undefined || source?.sequence === undefined || source.sequence >= last) return;
  throw new Fault(
    "older-than-current",
    `Sequence ${source.sequence} is older than ${last}, which is deployed already.`,
    {
      extra: { current: last },
    },
  );
}

/** Whether a draft is of what is in force already: the same document and the same units. */
export function isUnchanged(lineage: Lineage, draft: Draft): boolean {
  const { workload, inForce } = lineage;
  if (workload === undefined || inForce === undefined) return false;
  if (!["ready", "pending", "progressing"].includes(inForce.state)) return false;
  if (canonicalJson(workload.document) !== canonicalJson(draft.document)) return false;
  const key = (plan: Plan) => canonicalJson(plan.units.map(({ id, replicas }) => ({ id, replicas })));
  return inForce.revision === draft.plan.revision && key(inForce) === key(draft.plan);
}

function unchanged(lineage: Lineage): Committed {
  if (lineage.inForce === undefined) throw new Error("an unchanged workload has no plan in force");
  return { plan: lineage.inForce, outcome: "unchanged" };
}
