import type { DraftRequest } from "./draft-request.ts";
import { Fault } from "../domain/fault.ts";
import { freezeStops, freezeUnits } from "../domain/freeze.ts";
import { newId } from "../domain/id.ts";
import type { Needs } from "../domain/needs.ts";
import type { Plan, PlanState } from "../domain/plan.ts";
import { planHash } from "../domain/plan-hash.ts";
import type { Spec } from "../domain/spec.ts";
import { revisionHash, templateOf } from "../domain/template.ts";
import { decidePlacement, type Decision } from "../policy/decision.ts";
import type { Policy } from "../policy/policy.ts";
import type { Commit, Override } from "../store/store.ts";
import { pricedAt } from "./account-rates.ts";
import { standingUnits, wantedUnits, type Lineage } from "./lineage.ts";
import { measuredNeeds } from "./measured-needs.ts";
import { type AskedFor, askFor, type Decided, placedBy } from "./place-spec.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { resolveEnv } from "./resolve-env.ts";
import type { ReadSpec } from "./read-spec.ts";
import { moneyOf } from "./unit-terms.ts";
import { pinSecrets } from "./pin-secrets.ts";
import { refuseUnknownPeers } from "./unknown-peers.ts";

/** A plan that could be committed now, and what it was made from. */
export interface Draft extends ReadSpec {
  readonly plan: Plan;
  readonly workloadId: string;
  /** Absent for a plan that places nothing. */
  readonly decided?: Decided | undefined;
  /** What its units cost by the second, and what it may cost a month. */
  readonly money: NonNullable<Commit["money"]>;
}

/** Everything that a draft is made of but the decision: where, and what it costs. */
export interface Prepared {
  readonly lineage: Lineage;
  readonly request: DraftRequest;
  readonly spec: Spec;
  readonly overrides: readonly Override[];
  readonly secretVersions: Awaited<ReturnType<typeof pinSecrets>>;
  readonly needs: Needs;
  /** Hash of the price book in force before the offers were made. */
  readonly book: string;
  readonly asked: AskedFor;
}

/** Decide where a spec would run now. Throws `no-placement` with every reason when nothing is left. Writes nothing. */
export async function draftPlan(
  ports: Ports,
  caller: Caller,
  lineage: Lineage,
  request: DraftRequest,
): Promise<Draft> {
  const prepared = await prepareDraft(ports, caller, lineage, request);
  return draftBy(ports, caller, prepared, decidePlacement(prepared.asked.inputs));
}

/** Gather all that a draft is made of. Decides and writes nothing. */
export async function prepareDraft(
  ports: Ports,
  caller: Caller,
  lineage: Lineage,
  request: DraftRequest,
): Promise<Prepared> {
  const laid = await ports.store.overrides(scopeOf(caller), request.spec.name, ports.now());
  const overrides = request.lays === undefined ? laid : [...laid, request.lays];
  const spec = withScale(request.spec, overrides.findLast((override) => override.scale !== undefined)?.scale);
  refuseUnserved(spec, request.document);
  // What runs already must go on being planned when a pool or a region is there no more.
  if (request.trigger === "deploy") await refuseUnknownPeers(ports, caller, spec);
  const secretVersions = await pinSecrets(ports, caller, lineage, request);
  const needs = await measuredNeeds(ports, caller, lineage, spec);
  // What comes into force from here on is another price, by the time of the commit.
  const book = ports.books.current().hash;
  const asked = await askFor(ports, caller, lineage, { ...request, spec }, overrides, needs);
  return { lineage, request, spec, overrides, secretVersions, needs, book, asked };
}

/** The draft of what was gathered, by a decision made from its inputs. Throws `no-placement` with every reason when it has no place. */
export function draftBy(ports: Ports, caller: Caller, prepared: Prepared, decision: Decision): Draft {
  const { lineage, request, spec, overrides, secretVersions, needs, book, asked } = prepared;
  const placed = placedBy({ spec, pin: request.pin }, overrides, asked, decision);
  const workloadId = lineage.workload?.id ?? newId("wl", ports.random);
  const generation = lineage.lastGeneration + 1;
  const { resolved: images, warnings } = placed.images;
  const template = templateOf(resolveEnv(spec, ports.gateway, caller), { images, secretVersions });
  const revision = revisionHash(request.spec, images);
  const standing = standingUnits(lineage);
  const units = freezeUnits({
    project: caller.project.id,
    environment: caller.environment,
    workloadId,
    generation,
    spec,
    template,
    revision,
    allotments: placed.allotments,
    standing,
    usedIds: lineage.usedIds,
    firstAttempt: lineage.workload?.firstAttempt,
    fresh: request.fresh,
  });
  const now = ports.now();
  const plan = hashed({
    ...heading(ports, caller, lineage, request, generation, "pending", now),
    ...(request.avoidOffers === undefined ? {} : { refusedOffers: request.avoidOffers }),
    ...(placed.passed.length === 0 ? {} : { passed: placed.passed }),
    units,
    stops: freezeStops(
      spec,
      units,
      wantedUnits(lineage),
      request.trigger,
      placed.decided.inputs.policy.failover.purge,
    ),
    rollout: spec.rollout,
    route: spec.route,
    ...(spec.job === undefined ? {} : { job: spec.job }),
    revision,
    ...(images.length === 0 ? {} : { images }),
    price: placed.price,
    explanation: placed.explanation,
    warnings: units.length === 0 ? [] : warnings,
    ...tolerationOf(placed.decided.inputs.policy),
    deadlineAt: request.deadlineAt ?? now + spec.rollout.deadlineSeconds * 1_000,
  });
  const { scale, labels } = spec;
  const { allotments, decided } = placed;
  const money = moneyOf({
    allotments,
    units,
    scale,
    labels,
    emergency: request.emergency !== undefined,
    runSeconds: needs.runs?.expectedSeconds,
    pricedAt: pricedAt(book, decided.accountRates),
  });
  return { plan, spec: request.spec, document: request.document, workloadId, decided, money };
}

function tolerationOf({ failover }: Policy): Pick<Plan, "failover"> {
  const { tolerationSeconds } = failover;
  return tolerationSeconds === undefined ? {} : { failover: { tolerationSeconds } };
}

/** The plan that removes a workload: no units, no route, every standing unit stopped for being removed. */
export function draftRemoval(
  ports: Ports,
  caller: Caller,
  lineage: Lineage,
  read: ReadSpec,
  revision: string,
): Draft {
  const now = ports.now();
  const request: DraftRequest = {
    ...read,
    trigger: "destroy",
    reason: "removed",
    fresh: false,
    images: "in-force",
  };
  const plan = hashed({
    ...heading(ports, caller, lineage, request, lineage.lastGeneration + 1, "pending", now),
    units: [],
    stops: freezeStops(undefined, [], wantedUnits(lineage), request.trigger),
    rollout: read.spec.rollout,
    revision,
    explanation: { ranked: [], rejected: [], policy: "none", overrides: [] },
    warnings: [],
    deadlineAt: now + read.spec.rollout.deadlineSeconds * 1_000,
  });
  const money = { terms: [], ceilingUsd: "0", floorUsd: "0", passesBudgets: true };
  return { ...read, plan, workloadId: lineage.workload?.id ?? newId("wl", ports.random), money };
}

const hashed = (plan: Plan): Plan => ({ ...plan, hash: planHash(plan) });

function heading(
  ports: Ports,
  caller: Caller,
  lineage: Lineage,
  request: DraftRequest,
  generation: number,
  state: PlanState,
  now: number,
) {
  return {
    id: request.id ?? newId("plan", ports.random),
    project: caller.project.id,
    environment: caller.environment,
    workload: request.spec.name,
    generation,
    parent: lineage.parent?.id,
    trigger: request.trigger,
    actor: caller.actor,
    ...(caller.token === undefined ? {} : { token: caller.token }),
    ...(request.emergency === undefined ? {} : { emergency: request.emergency }),
    reason: request.reason,
    changeId: request.changeId ?? newId("chg", ports.random),
    source: request.source,
    state,
    logTail: [],
    createdAt: now,
  };
}

/** The spec with the replicas that an override lays over it. */
export function withScale(
  spec: Spec,
  scale: { readonly min: number; readonly max: number } | undefined,
): Spec {
  return scale === undefined ? spec : { ...spec, scale: { ...spec.scale, ...scale } };
}

// What a spec says and no room serves yet is refused in words, rather than accepted and ignored.
function refuseUnserved(spec: Spec, document: ReadSpec["document"]): void {
  const rollout = new Map<string, unknown>(Object.entries(Object(document["rollout"])));
  const only = "belongs to strategy canary, which is not served yet; leave it out";
  const problems = [
    ...(spec.rollout.onFailure === "hold"
      ? [{ pointer: "/rollout/onFailure", message: "hold is not served yet; say rollback or leave it out" }]
      : []),
    ...["percents", "bakeSeconds"].flatMap((field) =>
      !rollout.has(field) || spec.rollout.strategy === "canary"
        ? []
        : [{ pointer: `/rollout/${field}`, message: only }],
    ),
  ];
  if (problems.length > 0)
    throw new Fault("invalid-spec", "The spec asks for what Berth does not serve yet.", { problems });
}
