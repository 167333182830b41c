import { REMEDY } from "../domain/fault.ts";
import type { Unit } from "../domain/plan.ts";
import type { StoredUnit } from "../store/store.ts";
import type { Action, Decision } from "./action.ts";
import { fenceMs, surelyStopped } from "./surplus.ts";
import { curedUnits, hasPlannedReplicas, serves, servesFully } from "./traffic.ts";
import { isJob, isWanted, silentFor, type World } from "./world.ts";

/** Bring every unit the plan wants one step nearer to serving. */
export function advanceUnits(world: World, now: number): Decision {
  if (world.plan.state === "failed") return { actions: [], waits: [] };
  const blocked = startBlock(world, now);
  const steps = world.plan.units.map((unit) =>
    advance(
      world,
      unit,
      world.units.find((stored) => stored.unit.id === unit.id),
      now,
      blocked,
    ),
  );
  return {
    actions: steps.flatMap((step) => step.actions),
    wakeAt: earliest(steps.map((step) => step.wakeAt)),
    waits: steps.flatMap((step) => step.waits),
  };
}

function advance(
  world: World,
  unit: Unit,
  stored: StoredUnit | undefined,
  now: number,
  blocked: Wait | undefined,
): Decision {
  // A unit the plan wants but that is doomed or gone cannot come back: its id is spent. Rollout ends it, or a new plan does.
  if (stored === undefined || !isWanted(world, stored) || isJob(stored)) return { actions: [], waits: [] };
  if (hasDrifted(unit, stored)) return rescale(unit, stored, now);
  // Whatever went wrong before, it works now.
  if (hasPlannedReplicas(world, stored) && servesFully(world, stored)) return { actions: [], waits: [] };
  const setback = stored.setback;
  if (setback?.notBefore !== undefined && setback.notBefore > now)
    return { actions: [], wakeAt: setback.notBefore, waits: [`trying again: ${setback.message}`] };
  if (setback !== undefined && setback.notBefore === undefined)
    return { actions: [], waits: [setback.message] };
  if (stored.appliedAt === undefined) {
    if (blocked !== undefined) return { actions: [], wakeAt: blocked.until, waits: [blocked.waits] };
    return act({ do: "apply", unit, because: "planned and not started yet" });
  }
  if (silentFor(world, stored, world.timing.silentAfterMs))
    return { actions: [], waits: ["its host does not answer"] };
  if (!hasPlannedReplicas(world, stored))
    return act({
      do: "scale",
      unit,
      because: `replicas become ${unit.replicas.min} to ${unit.replicas.max}`,
    });
  const seen = stored.observation;
  if (seen === undefined || seen.phase === "stopped") {
    const again = stored.appliedAt + REAPPLY_PAUSE_MS;
    const because = seen === undefined ? "it is no longer there" : "it has stopped";
    return again > now
      ? { actions: [], wakeAt: again, waits: [because] }
      : act({ do: "apply", unit, because });
  }
  if (seen.ready > 0 && !serves(world, stored) && stored.probe?.ok !== true) return probe(world, stored, now);
  return { actions: [], waits: serves(world, stored) ? [] : [seen.reason ?? `it is ${seen.phase}`] };
}

/** Whether the provider holds another number of replicas than it was last told, as after a call that came late. */
function hasDrifted({ replicas: { min, max } }: Unit, { appliedReplicas, observation }: StoredUnit): boolean {
  if (appliedReplicas?.min !== min || appliedReplicas.max !== max) return false;
  if (observation?.phase !== "ready") return false;
  return observation.replicas < min || observation.replicas > Math.max(1, max);
}

// Seldom: a place that cannot keep to the number must not be told again and again.
function rescale(unit: Unit, { appliedAt = 0, observation }: StoredUnit, now: number): Decision {
  const because = `it has ${observation?.replicas ?? 0} replicas instead of ${unit.replicas.min} to ${unit.replicas.max}`;
  const again = appliedAt + RESCALE_PAUSE_MS;
  if (again > now) return { actions: [], wakeAt: again, waits: [because] };
  return act({ do: "scale", unit, because });
}

const RESCALE_PAUSE_MS = 60_000;

function probe(world: World, stored: StoredUnit, now: number): Decision {
  const next = stored.probe === undefined ? now : stored.probe.at + world.timing.probeEveryMs;
  if (next > now)
    return { actions: [], wakeAt: next, waits: [stored.probe?.reason ?? "it has not answered yet"] };
  return act({
    do: "probe",
    unit: stored,
    because: "ready by its own account; ask it over the path traffic takes",
  });
}

interface Wait {
  readonly until: number | undefined;
  readonly waits: string;
}

/** What keeps new units from starting: one that must not run twice and has not surely stopped. */
function startBlock(world: World, now: number): Wait | undefined {
  for (const stored of world.units) {
    if (isWanted(world, stored)) continue;
    if (surelyStopped(world, stored)) {
      // Until it is doomed, a host that comes back in this very moment is told to run it: its silence counts from the next look on.
      if (stored.state === "doomed" || world.plan.stops[stored.unit.id] !== "stop-first") continue;
      return { until: now, waits: "the unit before it is given up first" };
    }
    const silent = silentFor(world, stored, world.timing.silentAfterMs);
    if (world.plan.stops[stored.unit.id] === "stop-first" || stored.unit.template.singleton)
      return { until: fenceEnd(world, stored, now), waits: "the unit before it must have stopped first" };
    if (stored.unit.template.unreachable === "fence" && silent)
      return {
        until: fenceEnd(world, stored, now),
        waits: "the unit on the silent host stops by itself when its lease ends",
      };
  }
  return undefined;
}

function fenceEnd(world: World, stored: StoredUnit, now: number): number | undefined {
  const silentMs = world.silentMs.get(stored.unit.id);
  if (silentMs === undefined || stored.unit.template.unreachable !== "fence") return undefined;
  return now + Math.max(0, fenceMs(world.timing, stored.unit) - silentMs);
}

/** A setback in a rollout that no waiting will cure, as the sentence that ends it. */
export function fatalSetback(world: World): StoredUnit | undefined {
  const cured = new Set(curedUnits(world));
  return world.units.find((stored) => {
    if (!isWanted(world, stored) || stored.setback === undefined || cured.has(stored)) return false;
    const remedy = REMEDY[stored.setback.kind];
    return (
      remedy === "tell-user" ||
      remedy === "park" ||
      (remedy === "report" && stored.setback.attempts >= MAX_BUG_ATTEMPTS)
    );
  });
}

/** How often an error nobody classified is tried again before it ends a rollout. */
export const MAX_BUG_ATTEMPTS = 5;

/** Between two starts of a unit that was not there: an agent, for one, needs a moment to say that it has begun. */
const REAPPLY_PAUSE_MS = 5_000;

const act = (action: Action): Decision => ({ actions: [action], waits: [] });

/** The earliest of several moments, some of them never. */
export function earliest(moments: readonly (number | undefined)[]): number | undefined {
  return moments.reduce(
    (first, moment) => (first === undefined || (moment ?? Infinity) < first ? moment : first),
    undefined,
  );
}
