import type { Plan } from "../domain/plan.ts";
import type { ClaimedRuns, Route, StoredUnit } from "../store/store.ts";

/** Everything one decision looks at. Built by `tick`, never by `decide`. */
export interface World {
  /** Id of the plan in force; a decision for any other plan is stale and does nothing. */
  readonly inForce: string;
  readonly plan: Plan;
  readonly parent?: Plan | undefined;
  /** Units of the workload that are not gone. */
  readonly units: readonly StoredUnit[];
  readonly route?: Route | undefined;
  /** Its runs, where it is a job. */
  readonly runs?: ClaimedRuns | undefined;
  /** Unit id -> ms since its host was last heard. Absent for units that no agent holds. */
  readonly silentMs: ReadonlyMap<string, number>;
  /** Unit id -> requests in flight. Missing is unknown, never zero. */
  readonly inflight: ReadonlyMap<string, number>;
  /** Since when this process looks for itself; what was seen before is hearsay, for the database may be an older copy. */
  readonly watchingSince: number;
  readonly timing: Timing;
}

/** How long things may take, ms. */
export interface Timing {
  /** Silence after which a host gets no traffic. */
  readonly silentAfterMs: number;
  /** Silence after which its units are placed elsewhere. */
  readonly replaceAfterMs: number;
  /** How long an agent may run fenced units without the broker. */
  readonly leaseMs: number;
  /** Safety between the end of a lease and the replacement's start: clocks and a slow stop. */
  readonly fenceMarginMs: number;
  /** The greatest age a gateway's copy of a route can have. */
  readonly routeAgeMs: number;
  /** How long requests on a source may finish when nobody counts them. */
  readonly quiesceMs: number;
  /** Between two looks at how many requests are still on a unit that is to go. */
  readonly countEveryMs: number;
  /** Between two probes of a unit that did not answer. */
  readonly probeEveryMs: number;
  /** Between two tries to find another place when there was none. */
  readonly replanEveryMs: number;
}

/** Whether the unit belongs to the plan in force. */
export function isWanted(world: World, unit: StoredUnit): boolean {
  return (
    unit.state === "wanted" && world.plan.state !== "failed" && planUnit(world, unit.unit.id) !== undefined
  );
}

/** The plan's own word on a unit (its replicas), or undefined when the plan does not want it. */
export function planUnit(world: World, id: string) {
  return world.plan.units.find((unit) => unit.id === id);
}

/** Units the plan in force wants. */
export function wantedUnits(world: World): readonly StoredUnit[] {
  return world.units.filter((unit) => isWanted(world, unit));
}

/** Units that still stand but that the plan in force no longer wants. */
export function surplusUnits(world: World): readonly StoredUnit[] {
  return world.units.filter((unit) => unit.state === "wanted" && !isWanted(world, unit));
}

/**
 * Units of the plan whose last sighting is older than this process, or than the plan that keeps them, or that the last look
 * missed. They may well serve, but that is no ground yet to let others go.
 */
export function unseenUnits(world: World): readonly StoredUnit[] {
  return wantedUnits(world).filter((unit) => {
    if (isJob(unit)) return false;
    const isKept = unit.unit.birth < world.plan.generation;
    const since = Math.max(world.watchingSince, isKept ? world.plan.createdAt : 0);
    return (unit.observedAt ?? 0) < since || unit.observation?.missing === true;
  });
}

/** Whether a unit is what runs of a job are made of: nothing of it runs by itself, so there is nothing to start, see or wait for. */
export function isJob({ unit }: Pick<StoredUnit, "unit">): boolean {
  return unit.template.kind === "job";
}

/** Whether runs still use a unit: then it stays, whatever plan is in force. */
export function isInUse(world: World, { unit }: StoredUnit): boolean {
  return world.runs?.units.has(unit.id) ?? false;
}

/** Whether the plan is still being rolled out. */
export function isRollingOut(world: World): boolean {
  return world.plan.state === "pending" || world.plan.state === "progressing";
}

/** Whether the unit's host has not been heard of for `ms`. */
export function silentFor(world: World, unit: StoredUnit, ms: number): boolean {
  return (world.silentMs.get(unit.unit.id) ?? 0) >= ms;
}
