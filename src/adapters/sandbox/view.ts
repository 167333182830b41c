import type { Endpoint, Observation, Phase } from "../../domain/observation.ts";
import type { Path } from "../../domain/offer.ts";
import type { CloudUnit } from "./cloud.ts";

/** How often a simulated cloud starts a crashing container before it gives up. */
const STARTS_BEFORE_FAILED = 3;

/** What the cloud says of one unit at `now`. Pure: the phase follows from the unit's own moments. */
export function observationOf(unit: CloudUnit, now: number, path: Path): Observation {
  const phase = phaseOf(unit, now);
  const ready = phase === "ready" || phase === "starting" ? readyReplicas(unit, now) : 0;
  return {
    unit: unit.id,
    phase,
    ready,
    replicas: unit.replicas.length,
    endpoints: ready > 0 && unit.url !== undefined ? [endpoint(unit.url, path)] : [],
    reason: reasonOf(unit, phase),
    exitCode: phase === "failed" ? unit.crash?.exitCode : undefined,
    restarts: phase === "failed" ? STARTS_BEFORE_FAILED - 1 : 0,
    lastLines: phase === "failed" ? (unit.crash?.lastLines ?? []) : [],
    at: now,
  };
}

/** Whether the unit has a port and something is up behind it. */
export function isServing(unit: CloudUnit, now: number): boolean {
  return (
    unit.port !== undefined &&
    unit.goneAt === undefined &&
    unit.crash === undefined &&
    readyReplicas(unit, now) > 0
  );
}

/** How many replicas are up, whatever else is happening to the unit. */
export function readyReplicas(unit: CloudUnit, now: number): number {
  return unit.replicas.filter((readyAt) => readyAt <= now).length;
}

function phaseOf(unit: CloudUnit, now: number): Phase {
  if (unit.goneAt !== undefined) return "stopping";
  if (now < unit.startsAt) return "creating";
  if (unit.crash !== undefined && readyReplicas(unit, now) > 0) return "failed";
  return readyReplicas(unit, now) === unit.replicas.length ? "ready" : "starting";
}

function reasonOf(unit: CloudUnit, phase: Phase): string | undefined {
  if (phase !== "failed" || unit.crash === undefined) return undefined;
  const { exitCode } = unit.crash;
  return `The container ${unit.workload} exited with code ${exitCode} at each of ${STARTS_BEFORE_FAILED} starts: see its last lines.`;
}

// One address for all replicas, as a cloud's own balancer in front of a service.
const endpoint = (url: string, path: Path): Endpoint => ({
  replica: 0,
  url,
  transport: path.transport,
  bypassable: path.bypassable,
  ready: true,
});
