import type { Endpoint } from "../domain/observation.ts";
import type { StoredUnit, Upstream } from "../store/store.ts";
import {
  isJob,
  isRollingOut,
  planUnit,
  silentFor,
  surplusUnits,
  unseenUnits,
  wantedUnits,
  type World,
} from "./world.ts";

/** The endpoints that may be given traffic now: ready, probed over their own path, and on a host that was heard of lately. */
export function openEndpoints(world: World, unit: StoredUnit): readonly Endpoint[] {
  if (silentFor(world, unit, world.timing.silentAfterMs)) return [];
  if (unit.probe?.ok !== true) return [];
  return (unit.observation?.endpoints ?? []).filter((endpoint) => endpoint.ready);
}

/** Whether a unit does its work now: answers, where the workload has a route, and is ready everywhere else. */
export function serves(world: World, unit: StoredUnit): boolean {
  if (isJob(unit)) return true;
  if (unit.observation?.phase !== "ready" && !hasReadyReplica(unit)) return false;
  if (world.plan.route === undefined && unit.unit.template.route === undefined)
    return !silentFor(world, unit, world.timing.silentAfterMs);
  return openEndpoints(world, unit).length > 0;
}

/** Whether as many replicas serve as the plan asks for: only then may it replace others. */
export function servesFully(world: World, unit: StoredUnit): boolean {
  if (isJob(unit)) return true;
  const planned = planUnit(world, unit.unit.id)?.replicas ?? unit.unit.replicas;
  // Scaled to none it does all that is asked of it as soon as nothing is up.
  if (planned.max === 0) return hasPlannedReplicas(world, unit) && (unit.observation?.ready ?? 0) === 0;
  const least = planned.min;
  return serves(world, unit) && (unit.observation?.ready ?? 0) >= least;
}

/** Units that do all the plan asks of them although a setback is still noted with them. */
export function curedUnits(world: World): readonly StoredUnit[] {
  return wantedUnits(world).filter(
    (unit) => unit.setback !== undefined && hasPlannedReplicas(world, unit) && servesFully(world, unit),
  );
}

/** Whether the replicas last sent are those the plan in force wants. */
export function hasPlannedReplicas(world: World, unit: StoredUnit): boolean {
  const wanted = planUnit(world, unit.unit.id)?.replicas;
  const sent = unit.appliedReplicas;
  return wanted !== undefined && sent?.min === wanted.min && sent.max === wanted.max;
}

/** Whether every unit the plan wants exists and serves fully. True for a plan that wants nothing. */
export function planServes(world: World): boolean {
  const wanted = wantedUnits(world);
  return wanted.length === world.plan.units.length && wanted.every((unit) => servesFully(world, unit));
}

/** Whether what the plan wants may take the place of what it does not want: it serves fully, and was seen to. */
export function mayReplace(world: World): boolean {
  return planServes(world) && unseenUnits(world).length === 0;
}

/**
 * The upstreams the route should have. Weights are absolute and add up to 100, or are all 0 when nothing serves.
 * A unit that has lost its traffic stays listed at weight 0 until it is doomed: its quiesce is counted from `since`.
 */
export function wantedUpstreams(world: World, now: number): readonly Upstream[] {
  const current = new Map((world.route?.upstreams ?? []).map((upstream) => [upstream.unit, upstream]));
  const carrying = carriers(world);
  const weights = shares(carrying.map((unit) => openEndpoints(world, unit).length));
  const live = carrying.map((unit, index) => {
    const weight = weights[index] ?? 0;
    const before = current.get(unit.unit.id);
    const since = before?.weight === weight ? before.since : now;
    return { unit: unit.unit.id, weight, endpoints: openEndpoints(world, unit), since };
  });
  const carried = new Set(live.map((upstream) => upstream.unit));
  const standing = new Set(world.units.filter((unit) => unit.state === "wanted").map((unit) => unit.unit.id));
  const leaving = [...current.values()]
    .filter((upstream) => !carried.has(upstream.unit) && standing.has(upstream.unit))
    .map((upstream) => ({
      unit: upstream.unit,
      weight: 0,
      endpoints: [],
      since: upstream.weight === 0 ? upstream.since : now,
    }));
  return [...live, ...leaving].sort((a, b) => (a.unit < b.unit ? -1 : 1));
}

// Traffic stays with the units it has until every unit of the new plan serves fully; a unit the plan stops early loses it first.
function carriers(world: World): readonly StoredUnit[] {
  if (world.plan.units.length === 0) return [];
  const wanted = wantedUnits(world).filter((unit) => serves(world, unit));
  // A failed plan's own units are surplus, too, but only those from before it keep what they carry.
  const surplus = surplusUnits(world).filter(
    (unit) =>
      serves(world, unit) &&
      world.plan.stops[unit.unit.id] === undefined &&
      planUnit(world, unit.unit.id) === undefined,
  );
  if (!isRollingOut(world) || mayReplace(world) || hasCutOver(world))
    return wanted.length > 0 ? wanted : surplus;
  const before = new Set(world.parent?.units.map((unit) => unit.id) ?? []);
  const old = [...wanted.filter((unit) => before.has(unit.unit.id)), ...surplus];
  return old.length > 0 ? old : wanted;
}

/** Whether units that are new in this plan already carry traffic; from then on it does not go back by itself. */
function hasCutOver(world: World): boolean {
  const before = new Set(world.parent?.units.map((unit) => unit.id) ?? []);
  const mine = new Set(world.plan.units.map((unit) => unit.id));
  return (world.route?.upstreams ?? []).some(
    (upstream) => upstream.weight > 0 && mine.has(upstream.unit) && !before.has(upstream.unit),
  );
}

const hasReadyReplica = (unit: StoredUnit) => (unit.observation?.ready ?? 0) > 0;

/** Whole percentages in proportion to `counts`, adding up to 100; the largest remainders get the rest. */
export function shares(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return counts.map(() => 0);
  const floors = counts.map((count) => Math.floor((count * 100) / total));
  const rest = 100 - floors.reduce((sum, share) => sum + share, 0);
  const byRemainder = counts
    .map((count, index) => ({ index, remainder: (count * 100) % total }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
    .slice(0, rest);
  const topped = new Set(byRemainder.map(({ index }) => index));
  return floors.map((share, index) => share + (topped.has(index) ? 1 : 0));
}

/** Whether two lists of upstreams send the same traffic to the same places. */
export function sameUpstreams(a: readonly Upstream[], b: readonly Upstream[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
