import type { Unit } from "../domain/plan.ts";
import type { StoredUnit } from "../store/store.ts";
import { mayReplace, serves } from "./traffic.ts";
import { isInUse, planUnit, silentFor, surplusUnits, type Timing, type World } from "./world.ts";

/** A unit that may go now, or the moment to ask again. */
export type Departure =
  | { readonly unit: StoredUnit; readonly because: string }
  | { readonly unit: StoredUnit; readonly waitUntil: number | undefined; readonly waits: string };

/** For each unit the plan no longer wants: may it be doomed now, and if not, what is it waiting for. */
export function departures(world: World, now: number): readonly Departure[] {
  return surplusUnits(world).map((unit) => departure(world, unit, now));
}

function departure(world: World, unit: StoredUnit, now: number): Departure {
  const stop = world.plan.stops[unit.unit.id];
  if (isInUse(world, unit)) return { unit, waitUntil: undefined, waits: "a run of it has not ended yet" };
  const upstream = world.route?.upstreams.find((entry) => entry.unit === unit.unit.id);
  if (upstream !== undefined && upstream.weight > 0)
    return { unit, waitUntil: undefined, waits: "traffic has not been shifted away yet" };
  const allowed = stop !== undefined || mayReplace(world) || !mayStillServe(world, unit);
  if (!allowed) return { unit, waitUntil: undefined, waits: "its replacement does not serve yet" };
  // Nothing is waited for on what is purged: its place was lost, and whoever was talking to it has nobody there.
  const free = upstream === undefined || stop === "purged" ? now : freeAt(world, unit, upstream.since);
  if (free > now)
    return { unit, waitUntil: nextLook(world, unit, free, now), waits: "requests on it may still finish" };
  return { unit, because: stop ?? "replaced" };
}

// A silent unit may come back and serve; one that never served, or failed for good, holds nothing. Of a plan that failed
// without one to go back to nothing stays, but what served before it and still does is no part of that failure.
function mayStillServe(world: World, unit: StoredUnit): boolean {
  if (world.plan.state === "failed")
    return planUnit(world, unit.unit.id) === undefined && serves(world, unit);
  if (serves(world, unit)) return true;
  const { observation, probe } = unit;
  const served = unit.unit.template.route === undefined ? (observation?.ready ?? 0) > 0 : probe?.ok === true;
  return served && observation?.phase !== "failed" && observation?.phase !== "stopped";
}

// Every gateway must have seen the shift; after that a count of zero ends the wait early.
function freeAt(world: World, unit: StoredUnit, since: number): number {
  const seenByAll = since + world.timing.routeAgeMs;
  return world.inflight.get(unit.unit.id) === 0 ? seenByAll : seenByAll + world.timing.quiesceMs;
}

// A count that is known can reach zero at any moment, so it is read again often; an unknown one is waited out.
function nextLook(world: World, unit: StoredUnit, free: number, now: number): number {
  return world.inflight.has(unit.unit.id) ? Math.min(free, now + world.timing.countEveryMs) : free;
}

/**
 * Whether a unit that must not run beside another has surely stopped. A fenced unit on a silent host stops by itself
 * after the lease and its own grace; anything else has stopped when it is gone, and then it is no longer in the world.
 */
export function surelyStopped(world: World, unit: StoredUnit): boolean {
  if (unit.unit.template.unreachable !== "fence") return false;
  return silentFor(world, unit, fenceMs(world.timing, unit.unit));
}

/** How long a host must be silent before its fenced unit has surely stopped, ms. */
export function fenceMs({ leaseMs, fenceMarginMs }: Timing, { template }: Pick<Unit, "template">): number {
  return leaseMs + template.stopGraceSeconds * 1_000 + fenceMarginMs;
}
