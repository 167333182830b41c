import type { Passed, Plan } from "../domain/plan.ts";
import type { ImagePlatform, ResolvedImage } from "../domain/resolved-image.ts";
import { placeLabel } from "../domain/place.ts";
import { iso } from "./instants.ts";

/** A plan as the API shows it: the stored plan with ISO times and without the templates of its units. */
export function planView(plan: Plan) {
  return {
    id: plan.id,
    state: plan.state,
    stateReason: plan.stateReason,
    workload: plan.workload,
    environment: plan.environment,
    generation: plan.generation,
    parent: plan.parent,
    trigger: plan.trigger,
    actor: plan.actor,
    reason: plan.reason,
    changeId: plan.changeId,
    source: plan.source,
    revision: plan.revision,
    images: plan.images?.map(imageView),
    units: plan.units.map((unit) => ({
      id: unit.id,
      name: unit.name,
      place: unit.place,
      at: placeLabel(unit.place),
      offer: unit.offer,
      shape: unit.shape,
      billing: unit.billing,
      replicas: unit.replicas,
      birth: unit.birth,
    })),
    stops: plan.stops,
    price: plan.price,
    incumbent: plan.explanation.incumbent,
    overrides: plan.explanation.overrides,
    layers: plan.explanation.layers,
    holds: plan.holds?.map((hold) => ({ ...hold, until: iso(hold.until) })),
    passed: plan.passed?.map(passedView),
    emergency: plan.emergency,
    abort: plan.abort,
    hash: plan.hash,
    receipt: plan.receipt,
    warnings: plan.warnings,
    logTail: plan.logTail,
    createdAt: iso(plan.createdAt),
    deadlineAt: iso(plan.deadlineAt),
    endedAt: iso(plan.endedAt),
  };
}

/** A plan together with the placement it came from: what a dry run answers and `explain` shows. */
export function planWithPlacement(plan: Plan) {
  return { plan: planView(plan), ...placementView(plan) };
}

/** A plan with `state` at the top, and every offer that was kept of those ranked or rejected for it. */
export function planDocument(plan: Plan) {
  return { ...planView(plan), ...placementView(plan) };
}

function placementView({ explanation: { ranked, rejected, policy, omitted } }: Plan) {
  return { policy, ranked, rejected, omitted };
}

function imageView({ reference, digest, platforms }: ResolvedImage) {
  return { reference, digest, platforms: platforms.map(platformView) };
}

function platformView({ os, arch, variant, sizeBytes }: ImagePlatform) {
  return { platform: [os, arch, ...(variant === undefined ? [] : [variant])].join("/"), sizeBytes };
}

function passedView({ by, ...passed }: Passed) {
  return { ...passed, by: "until" in by ? { ...by, until: iso(by.until) } : by };
}
