import type { Offer } from "./offer.ts";
import type { PlanBody, StopReason, Template, Trigger, Unit } from "./plan.ts";
import type { Spec } from "./spec.ts";
import { unitId, unitName } from "./unit-id.ts";

/** Replicas decided for one offer. */
export interface Allotment {
  readonly offer: Offer;
  readonly replicas: { readonly min: number; readonly max: number };
}

export interface FreezeInput {
  readonly project: string;
  readonly environment: string;
  /** The workload's immutable random id. */
  readonly workloadId: string;
  readonly generation: number;
  readonly spec: Spec;
  readonly template: Template;
  readonly revision: string;
  readonly allotments: readonly Allotment[];
  /** Units that are wanted now; one with the same key is kept. */
  readonly standing: readonly Unit[];
  /** Every id ever used for this workload; a spent one is never used again. */
  readonly usedIds: ReadonlySet<string>;
  /** Attempts below this are spent, whether or not their ids are still among the used ones; 0 when absent. */
  readonly firstAttempt?: number | undefined;
  /** Keep nothing: a redeploy, or a rollback whose units are spent. */
  readonly fresh: boolean;
}

/** More attempts at one key than this means that something re-plans without end. */
const MAX_ATTEMPTS = 10_000;

/** The units of a plan: kept where their key did not change, new beside the old where it did. */
export function freezeUnits(input: FreezeInput): readonly Unit[] {
  const standing = new Map(input.standing.map((unit) => [unit.id, unit]));
  const standingAttempts = new Set(input.standing.map((unit) => unit.attempt));
  const first = input.firstAttempt ?? 0;
  return input.allotments.map((allotment, index) => {
    const { offer, replicas } = allotment;
    const ordinal = input.allotments.slice(0, index).filter((other) => other.offer.id === offer.id).length;
    const key = {
      workloadId: input.workloadId,
      template: input.template,
      place: offer.place,
      shape: offer.shape,
      billing: offer.billing,
      ordinal,
    };
    for (let attempt = 0; attempt < first + MAX_ATTEMPTS; attempt++) {
      // Only a unit that stands can have so low a number: no id is worked out for nothing.
      if (attempt < first && !standingAttempts.has(attempt)) continue;
      const id = unitId({ ...key, attempt });
      const kept = standing.get(id);
      if (kept !== undefined && !input.fresh) return { ...kept, replicas };
      if (attempt >= first && !input.usedIds.has(id)) return newUnit(input, allotment, id, ordinal, attempt);
    }
    throw new Error(`more than ${MAX_ATTEMPTS} units with one key for ${input.spec.name}`);
  });
}

function newUnit(
  input: FreezeInput,
  allotment: Allotment,
  id: string,
  ordinal: number,
  attempt: number,
): Unit {
  const { offer, replicas } = allotment;
  return {
    id,
    name: unitName(id),
    project: input.project,
    environment: input.environment,
    workload: input.spec.name,
    birth: input.generation,
    revision: input.revision,
    place: offer.place,
    offer: offer.id,
    shape: offer.shape,
    billing: offer.billing,
    ordinal,
    attempt,
    replicas,
    template: input.template,
  };
}

/**
 * Which standing units the plan stops before their replacements serve, and why. None on a start-first rollout, but for what a
 * failover leaves behind where the policy purges it at once (`direct`).
 */
export function freezeStops(
  spec: Spec | undefined,
  units: readonly Unit[],
  standing: readonly Unit[],
  trigger: Trigger,
  purge: "graceful" | "direct" = "graceful",
): PlanBody["stops"] {
  const kept = new Set(units.map((unit) => unit.id));
  const leaving = standing.filter((unit) => !kept.has(unit.id));
  const everyone = stopReason(spec, leaving);
  const purged = trigger === "failover" && purge === "direct" ? "purged" : undefined;
  return Object.fromEntries(
    leaving.flatMap((unit) => {
      const reason = everyone ?? (isMovedFenced(unit, trigger) ? "stop-first" : purged);
      return reason === undefined ? [] : [[unit.id, reason]];
    }),
  );
}

// The silent host may come back before the replacement has started; a fenced unit must then go first, or it would run twice.
const isMovedFenced = (unit: Unit, trigger: Trigger): boolean =>
  trigger === "failover" && unit.template.unreachable === "fence";

function stopReason(spec: Spec | undefined, leaving: readonly Unit[]): StopReason | undefined {
  if (spec === undefined) return "removed";
  if (spec.singleton || leaving.some((unit) => unit.template.singleton)) return "stop-first";
  return spec.rollout.order === "stop-first" || spec.rollout.strategy === "recreate"
    ? "stop-first"
    : undefined;
}
