import type { StoredUnit, Upstream } from "../store/store.ts";
import type { Action, Decision } from "./action.ts";
import { advanceUnits, earliest } from "./advance.ts";
import { endings, nextTryAt } from "./rollout.ts";
import { scheduleStep } from "./schedule.ts";
import { departures } from "./surplus.ts";
import { sameUpstreams, wantedUpstreams } from "./traffic.ts";
import { isRollingOut, silentFor, unseenUnits, wantedUnits, type World } from "./world.ts";

/** Shortest and longest pause between two requests to remove the same unit, ms. */
const DESTROY_PAUSE_MIN_MS = 500;
const DESTROY_PAUSE_MAX_MS = 30_000;

/**
 * What to do next so that the world becomes the plan. Nothing left to do is no actions; a decision for a plan that is
 * no longer in force is no actions and no wake.
 */
export function decide(world: World, now: number): Decision {
  if (world.inForce !== world.plan.id) return { actions: [], waits: [] };
  const shifts = shift(world, now);
  const ends = endings(world, now);
  // An ending changes what is wanted, so nothing else is done on the old terms in the same pass: only a success
  // takes its last shift along, in one write.
  if (ends.length > 0) return { actions: [...(isSuccess(ends) ? shifts : []), ...ends], waits: [] };
  const steps = advanceUnits(world, now);
  const leaving = departures(world, now);
  const dooms = leaving.flatMap((entry): readonly Action[] =>
    "because" in entry ? [{ do: "doom", unit: entry.unit, because: entry.because }] : [],
  );
  const removals = removeDoomed(world, now);
  const timely = scheduleStep(world, now);
  const unseen = leaving.some((entry) => "waits" in entry) ? unseenUnits(world) : [];
  return {
    actions: [...shifts, ...steps.actions, ...dooms, ...removals.actions, ...timely.actions],
    wakeAt: earliest([
      steps.wakeAt,
      removals.wakeAt,
      timely.wakeAt,
      unseen.length === 0 ? undefined : now + world.timing.probeEveryMs,
      ...leaving.map((entry) => ("because" in entry ? undefined : entry.waitUntil)),
      isRollingOut(world) && world.plan.units.length > 0 ? world.plan.deadlineAt : undefined,
      later(nextTryAt(world), now),
      ...wantedUnits(world).map((unit) => silenceTurns(world, unit, now)),
    ]),
    waits: [...steps.waits, ...leaving.flatMap((entry) => ("because" in entry ? [] : [entry.waits]))],
    looks: [...new Set(unseen.flatMap((unit) => unit.targetId ?? []))],
  };
}

const later = (at: number | undefined, now: number) => (at !== undefined && at > now ? at : undefined);
const isSuccess = (ends: readonly Action[]) =>
  ends.some((action) => action.do === "finish" && action.end.state === "ready");

function shift(world: World, now: number): readonly Action[] {
  if (world.plan.route === undefined && world.route === undefined) return [];
  const upstreams = wantedUpstreams(world, now);
  if (sameUpstreams(upstreams, world.route?.upstreams ?? [])) return [];
  return [{ do: "shift", upstreams, because: describeShift(world, upstreams) }];
}

function describeShift(world: World, upstreams: readonly Upstream[]): string {
  const before = new Map((world.route?.upstreams ?? []).map((entry) => [entry.unit, entry]));
  if (upstreams.some((entry) => entry.weight !== (before.get(entry.unit)?.weight ?? 0)))
    return "traffic goes to the units that serve";
  const after = new Set(upstreams.map((entry) => entry.unit));
  return [...before.keys()].every((unit) => after.has(unit))
    ? "endpoints have changed"
    : "a unit that is going is no longer listed";
}

function removeDoomed(
  world: World,
  now: number,
): { readonly actions: readonly Action[]; readonly wakeAt: number | undefined } {
  const doomed = world.units.filter((unit) => unit.state === "doomed");
  const ready = doomed.filter((unit) => (unit.setback?.notBefore ?? 0) <= now);
  return {
    actions: ready.map((unit): Action => ({
      do: "destroy",
      unit,
      because: unit.doomedBecause ?? "no plan wants it",
    })),
    wakeAt: earliest(doomed.map((unit) => Math.max(unit.setback?.notBefore ?? 0, pauseEnd(unit, now)))),
  };
}

// The longer a removal has been going on, the less often it is asked for.
function pauseEnd(unit: StoredUnit, now: number): number {
  const age = now - (unit.doomedAt ?? now);
  return now + Math.min(DESTROY_PAUSE_MAX_MS, Math.max(DESTROY_PAUSE_MIN_MS, Math.round(age / 4)));
}

// A host that has fallen silent must be looked at again when its silence has lasted long enough to act on.
function silenceTurns(world: World, unit: StoredUnit, now: number): number | undefined {
  const silentMs = world.silentMs.get(unit.unit.id);
  const { silentAfterMs, replaceAfterMs, replanEveryMs } = world.timing;
  if (silentMs === undefined || !silentFor(world, unit, silentAfterMs)) return undefined;
  return silentMs < replaceAfterMs ? now + (replaceAfterMs - silentMs) : now + replanEveryMs;
}
