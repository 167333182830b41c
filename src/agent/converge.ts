import type { Action } from "./action.ts";
import type { Because } from "../domain/feature.ts";
import type { Unit } from "../domain/plan.ts";
import type { Desired } from "./desired.ts";
import type { SeenContainer } from "./drivers/seen.ts";
import { healthCheckOf } from "./health-check.ts";
import { MAIN } from "./mark.ts";
import type { ReplicaMemory } from "./memory.ts";
import { convergeTry, isTry } from "./tries.ts";
import { isEssential, recall, replicaKey } from "./unit-memory.ts";
import type { Memory } from "./unit-memory.ts";

/** Everything a decision rests on. */
export interface World {
  readonly desired: Desired;
  /** This agent's containers, as a complete look just showed them. */
  readonly containers: readonly SeenContainer[];
  readonly memory: Memory;
  /** Replicas, by `replicaKey`, and whole units, by id, that something is being done to. */
  readonly busy: ReadonlySet<string>;
  /** Doomed units that were removed with all they had; a look must still confirm it. */
  readonly cleared: ReadonlySet<string>;
  /** Replicas being probed. */
  readonly probing: ReadonlySet<string>;
  /** No word of the broker for most of a lease: what may run only once must not run here. */
  readonly leaseOver: boolean;
}

/** How often a container is asked that was not healthy yet, ms. */
const STARTUP_PROBE_MS = 400;
/** A container that was healthy and has failed this many times its threshold is started again. */
const RESTART_AFTER_THRESHOLDS = 3;
/** A fenced unit gets no more than this to finish, s: the lease does not wait. */
const FENCE_GRACE_SECONDS = 1;

/** What this agent must do now so that the host comes to hold what is desired. Pure. Only doomed units are removed; what is in neither list is left alone. */
export function converge(world: World, now: number): readonly Action[] {
  const byUnit = Map.groupBy(world.containers, ({ mark }) => mark.unit);
  const doomed = new Set(world.desired.doomed.map(({ id }) => id));
  const removals = world.desired.doomed.flatMap(({ id, stopGraceSeconds }): readonly Action[] =>
    (byUnit.has(id) || !world.cleared.has(id)) && !world.busy.has(id)
      ? [{ do: "remove", unit: id, graceSeconds: stopGraceSeconds, because: "the broker has doomed it" }]
      : [],
  );
  const wanted = world.desired.units.filter(({ id }) => !doomed.has(id));
  return [
    ...removals,
    ...wanted.flatMap((unit) => convergeUnit(unit, byUnit.get(unit.id) ?? [], world, now)),
  ];
}

function convergeUnit(
  unit: Unit,
  containers: readonly SeenContainer[],
  world: World,
  now: number,
): readonly Action[] {
  if (isTry(unit)) {
    if (world.busy.has(replicaKey(unit.id, 0))) return [];
    const memory = recall(world.memory, unit.id, 0);
    return convergeTry(unit, containers, memory, { isFenced: isFenced(unit, world), now });
  }
  const byReplica = Map.groupBy(containers, ({ mark }) => mark.replica);
  const isFree = (replica: number): boolean => !world.busy.has(replicaKey(unit.id, replica));
  const stop = (
    replica: number,
    graceSeconds: number,
    why: "scaled-in" | "fenced",
    because: Because,
  ): readonly Action[] =>
    isFree(replica) ? [{ do: "stop", unit: unit.id, replica, graceSeconds, why, because }] : [];

  if (isFenced(unit, world)) {
    const grace = Math.min(FENCE_GRACE_SECONDS, unit.template.stopGraceSeconds);
    return [...byReplica.keys()].flatMap((replica) =>
      stop(
        replica,
        grace,
        "fenced",
        "no word of the broker for most of a lease, and this unit may run only once",
      ),
    );
  }
  const surplus = [...byReplica.keys()].filter((replica) => replica >= unit.replicas.min);
  return [
    ...surplus.flatMap((replica) =>
      stop(
        replica,
        unit.template.stopGraceSeconds,
        "scaled-in",
        `only ${String(unit.replicas.min)} are wanted`,
      ),
    ),
    ...Array.from({ length: unit.replicas.min }, (_, replica) => replica)
      .filter(isFree)
      .flatMap((replica) => convergeReplica(unit, replica, byReplica.get(replica) ?? [], world, now)),
  ];
}

function convergeReplica(
  unit: Unit,
  replica: number,
  containers: readonly SeenContainer[],
  world: World,
  now: number,
): readonly Action[] {
  const memory = recall(world.memory, unit.id, replica);
  const main = containers.find(({ mark }) => mark.container === MAIN);
  if (main?.state === "running" && isWhole(unit, containers)) {
    if (isStuck(unit, memory, world.memory[unit.id]?.everReady ?? false, now)) {
      const because = `its health check has failed ${String(memory.failures)} times: ${memory.probeError ?? ""}`;
      const graceSeconds = unit.template.stopGraceSeconds;
      return [{ do: "stop", unit: unit.id, replica, graceSeconds, why: "unhealthy", because }];
    }
    if (world.probing.has(replicaKey(unit.id, replica)) || now < nextProbeAt(unit, memory)) return [];
    return [{ do: "probe", unit, replica, container: main, check: healthCheckOf(unit.template) }];
  }
  // How it ended is not known yet, and once it is removed never will be.
  if (main?.state === "dead" && main.death === undefined) return [];
  if (memory.givenUp || now < memory.notBefore) return [];
  return [
    { do: "start", unit, replica, because: main === undefined ? "it is not there" : "it is not running" },
  ];
}

/** Whether a unit may not run here for want of a lease. */
export function isFenced(unit: Unit, { leaseOver }: Pick<World, "leaseOver">): boolean {
  return leaseOver && unit.template.unreachable === "fence";
}

function isWhole(unit: Unit, containers: readonly SeenContainer[]): boolean {
  const present = new Set(containers.map(({ mark }) => mark.container));
  const complete = unit.template.sidecars.every(({ name, essential }) => !essential || present.has(name));
  return (
    complete &&
    containers.every((container) => container.state === "running" || !isEssential(unit, container))
  );
}

/** Running, but of no use any more: it served and stopped answering, or its unit served and it never came up. */
function isStuck(unit: Unit, memory: ReplicaMemory, unitWasReady: boolean, now: number): boolean {
  const { failureThreshold, startupSeconds } = unit.template.health;
  if (memory.ok || memory.failures < failureThreshold * RESTART_AFTER_THRESHOLDS) return false;
  const startedUp = memory.runningSince !== undefined && now - memory.runningSince > startupSeconds * 1000;
  return (unitWasReady || memory.everOk) && startedUp;
}

function nextProbeAt(unit: Unit, memory: ReplicaMemory): number {
  const intervalMs = unit.template.health.intervalSeconds * 1000;
  return memory.probedAt + (memory.ok ? intervalMs : Math.min(STARTUP_PROBE_MS, intervalMs));
}
