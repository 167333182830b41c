import { canonicalJson } from "../domain/canonical-json.ts";
import { refusalText } from "../domain/budget.ts";
import { Fault } from "../domain/fault.ts";
import { placeLabel } from "../domain/place.ts";
import type { Plan, Unit } from "../domain/plan.ts";
import type { Run } from "../domain/run.ts";
import { templateIdentity, unitIdOfRun, unitName } from "../domain/unit-id.ts";
import { AUTOMATION } from "../policy/rules/facts.ts";
import { holdWords } from "../policy/rules/hold-words.ts";
import type { RunPlaced } from "../reconcile/ports.ts";
import { movedUnits, unitOfIndex } from "../reconcile/runs/places.ts";
import type { PlaceRequest } from "../reconcile/runs/run-world.ts";
import type { RunClaim } from "../store/store.ts";
import { refuseAutomation } from "./automation.ts";
import { capsInTheWay } from "./budget-holds.ts";
import { draftPlan, type Draft } from "./draft.ts";
import { denied, judgeDraft } from "./judge.ts";
import { readLineage, type Lineage } from "./lineage.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { readSpec } from "./read-spec.ts";
import { keepReceipt } from "./receipts.ts";
import { STANDING } from "./runs.ts";

/**
 * Another place for the next tries of a run: the units of its workload's plan in force where they are made of the same and can take them,
 * else units of its own, decided as a failover of the plan it began with. That decision is kept as a plan that is never in force. A
 * sentence when there is no other place, or it may not go there now.
 */
export async function placeRun(
  ports: Ports,
  claim: RunClaim,
  request: PlaceRequest,
): Promise<RunPlaced | string> {
  const { run, scope } = claim;
  const project = await ports.store.project(scope.project);
  if (project === undefined) return "its project is gone";
  const caller: Caller = { project, environment: scope.environment, actor: AUTOMATION };
  try {
    const lineage = await readLineage(ports.store, scope, run.workload);
    if (lineage.inForce === undefined) return "its workload is gone";
    const plan = await ports.store.plan(project.id, run.plan);
    if (plan === undefined) return `the plan it began with (${run.plan}) is not kept any more; run it again`;
    return (
      tooSoon(plan, request) ??
      followed(claim, lineage.inForce, request) ??
      (await moveAlone(ports, caller, claim, { lineage, plan, request }))
    );
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

/** Why a silent host is waited for yet. */
function tooSoon({ failover }: Plan, { silentMs }: PlaceRequest): string | undefined {
  if (failover === undefined || silentMs === undefined || silentMs >= failover.tolerationSeconds * 1_000)
    return undefined;
  return `its policy waits ${failover.tolerationSeconds} s for a silent host (failover.tolerationSeconds)`;
}

/** The plan in force as the run's place: it may have failed over already, by the same rules and with everybody's leave. */
function followed(claim: RunClaim, plan: Plan, request: PlaceRequest): RunPlaced | undefined {
  const { run } = claim;
  const template = claim.units.find(({ unit }) => unit.id === run.units[0]?.id)?.unit.template;
  if (template === undefined || plan.job === undefined || !STANDING.has(plan.state)) return undefined;
  const identity = canonicalJson(templateIdentity(template));
  if (plan.units.some((unit) => canonicalJson(templateIdentity(unit.template)) !== identity))
    return undefined;
  const open = plan.units.filter(
    ({ offer, place }) =>
      !request.avoidOffers.includes(offer) &&
      !request.avoidHosts.includes(place.host ?? "") &&
      !request.avoidTargets.includes(place.target ?? ""),
  );
  const stays = new Map(stayingUnits(run, request).map(({ id, replicas }) => [id, replicas]));
  const slots = open.flatMap((unit) =>
    Array.from({ length: Math.max(0, unit.replicas.min - (stays.get(unit.id) ?? 0)) }, () => unit),
  );
  if (slots.length < request.indexes.length) return undefined;
  return placedOn(claim, request, slots, {
    of: plan.id,
    newUnits: [],
    terms: [],
    plan: plan.id,
    why: `as plan ${plan.generation} says`,
  });
}

/** The units that other tries of the run keep, and how many each. */
function stayingUnits(run: Run, { indexes }: PlaceRequest): Run["units"] {
  const none = indexes.map(() => "");
  return movedUnits(run.units, indexes, none).filter(({ id, replicas }) => id !== "" && replicas > 0);
}

interface Alone {
  readonly lineage: Lineage;
  readonly plan: Plan;
  readonly request: PlaceRequest;
}

// The policy decides as if the plan the run began with were in force and had just lost this place. What stands of it stays out: a unit that
// another plan, or another run, may let go at any moment is none to begin on.
async function moveAlone(
  ports: Ports,
  caller: Caller,
  claim: RunClaim,
  alone: Alone,
): Promise<RunPlaced | string> {
  const { run } = claim;
  const { lineage: now, plan, request } = alone;
  const count = request.indexes.length;
  const revision = await ports.store.revision(scopeOf(caller), run.workload, run.revision);
  if (revision === undefined) return "the revision it runs is not kept any more; run it again";
  const read = await readSpec(ports, caller, revision.document, run.workload);
  const lineage: Lineage = { ...now, inForce: plan, parent: undefined, units: [] };
  const draft = await draftPlan(ports, caller, lineage, {
    ...read,
    spec: { ...read.spec, scale: { ...read.spec.scale, min: count, max: count } },
    trigger: "failover",
    reason: `the next try of ${run.id} begins elsewhere: ${request.because}`,
    source: plan.source,
    fresh: false,
    images: revision.images ?? [],
    avoidOffers: request.avoidOffers,
    avoidHosts: request.avoidHosts,
    avoidTargets: request.avoidTargets,
  });
  const units = draft.plan.units.map((unit) => ownUnit(unit, run));
  const slots = units.flatMap((unit) => Array.from({ length: unit.replicas.min }, () => unit));
  if (slots.length < count)
    return `${run.workload} is scaled to fewer containers than it needs: clear its overrides`;
  const refusal = await whyNot(ports, caller, lineage, draft);
  if (refusal !== undefined) return refusal;
  const shown = await keepReceipt(ports, caller, draft);
  await ports.store.propose(scopeOf(caller), { ...shown.plan, state: "proposed" });
  const used = new Set(slots.slice(0, count).map(({ id }) => id));
  return placedOn(claim, request, slots, {
    newUnits: units.filter(({ id }) => used.has(id)),
    terms: draft.money.terms
      .map((one) => ({ ...one, unit: unitIdOfRun(one.unit, run.id) }))
      .filter(({ unit }) => used.has(unit)),
    plan: draft.plan.id,
    why: `as berth explain ${draft.plan.id} tells`,
  });
}

// An id of its own, so that no plan that is made at this moment gives it, too.
function ownUnit(unit: Unit, run: Run): Unit {
  const id = unitIdOfRun(unit.id, run.id);
  return { ...unit, id, name: unitName(id), revision: run.revision };
}

/** Why it may not go there now: what would hold or deny the same move of its workload does so here. */
async function whyNot(
  ports: Ports,
  caller: Caller,
  lineage: Lineage,
  draft: Draft,
): Promise<string | undefined> {
  await refuseAutomation(ports, caller, draft);
  const { verdict } = await judgeDraft(ports, caller, lineage, draft);
  if (verdict.denials.length > 0) return denied(draft.plan, verdict).message;
  if (verdict.holds.length > 0) return `another place is there, and ${holdWords(verdict.holds, 0)}`;
  const { workload } = draft.plan;
  const asked = { workload, labels: draft.spec.labels, ceilingUsd: draft.money.ceilingUsd };
  const [cap] = await capsInTheWay(ports, caller, asked);
  return cap && refusalText(workload, cap);
}

type Found = Pick<RunPlaced, "of" | "newUnits" | "terms" | "plan"> & { readonly why: string };

function placedOn(
  { run, units: known }: RunClaim,
  { indexes, because }: PlaceRequest,
  slots: readonly Unit[],
  { why, ...found }: Found,
): RunPlaced {
  const taken = slots.slice(0, indexes.length);
  const left = new Set(indexes.map((index) => unitOfIndex(run, index)));
  const labels = (units: readonly Unit[]) => [...new Set(units.map(({ place }) => placeLabel(place)))];
  const from = labels(known.map(({ unit }) => unit).filter(({ id }) => left.has(id)));
  const to = labels(taken);
  return {
    ...found,
    units: movedUnits(
      run.units,
      indexes,
      taken.map(({ id }) => id),
    ),
    from,
    to,
    because: `${because}; its next try begins at ${to.join(" and ")}, ${why}`,
  };
}
