import type { Endpoint, Observation, Phase, Unrecognised } from "../domain/observation.ts";
import type { Unit } from "../domain/plan.ts";
import { isFenced } from "./converge.ts";
import type { Desired } from "./desired.ts";
import type { SeenContainer } from "./drivers/seen.ts";
import { MAIN } from "./mark.ts";
import type { ReplicaMemory } from "./memory.ts";
import { isTry, observeTry } from "./tries.ts";
import { recall } from "./unit-memory.ts";
import type { Memory } from "./unit-memory.ts";
import { troubleOf, verdictOn } from "./verdict.ts";

/** What an observation rests on. */
export interface Sight {
  readonly desired: Desired;
  readonly containers: readonly SeenContainer[];
  readonly memory: Memory;
  readonly leaseOver: boolean;
  /** Doomed units that nothing is left of but what a look would show. */
  readonly cleared: ReadonlySet<string>;
  readonly agentId: string;
  /** The operator's address for direct traffic; without it traffic takes the agent's line. */
  readonly address?: string | undefined;
}

/** One observation for each unit this agent was told of, wanted or doomed. */
export function observe(sight: Sight, now: number): readonly Observation[] {
  const byUnit = Map.groupBy(sight.containers, ({ mark }) => mark.unit);
  const doomed = new Set(sight.desired.doomed.map(({ id }) => id));
  return [
    ...sight.desired.doomed.map(({ id }) =>
      observeDoomed(id, byUnit.get(id) ?? [], sight.cleared.has(id), now),
    ),
    ...sight.desired.units
      .filter(({ id }) => !doomed.has(id))
      .map((unit) => {
        const here = byUnit.get(unit.id) ?? [];
        return isTry(unit)
          ? observeTry(unit, here, recall(sight.memory, unit.id, 0), now)
          : observeUnit(unit, here, sight, now);
      }),
  ];
}

/** Units of this installation whose containers are here though nobody spoke of them: reported, and left alone. */
export function unrecognised({
  desired,
  containers,
}: Pick<Sight, "desired" | "containers">): readonly Unrecognised[] {
  const known = new Set([...desired.units, ...desired.doomed].map(({ id }) => id));
  const strange = Map.groupBy(
    containers.filter(({ mark }) => !known.has(mark.unit)),
    ({ mark }) => mark.unit,
  );
  return [...strange].flatMap(([unit, found]) => {
    const mark = found[0]?.mark;
    if (mark === undefined) return [];
    const detail = `containers ${found.map(({ name, state }) => `${name} (${state})`).join(", ")}, made by agent ${mark.agent}`;
    return [{ unit, name: mark.name, project: mark.project, workload: mark.workload, detail }];
  });
}

function observeDoomed(
  unit: string,
  containers: readonly SeenContainer[],
  cleared: boolean,
  now: number,
): Observation {
  const replicas = mains(containers).length;
  const phase: Phase = cleared && containers.length === 0 ? "stopped" : "stopping";
  return { unit, phase, ready: 0, replicas, endpoints: [], restarts: 0, lastLines: [], at: now };
}

function observeUnit(
  unit: Unit,
  containers: readonly SeenContainer[],
  sight: Sight,
  now: number,
): Observation {
  const everReady = sight.memory[unit.id]?.everReady ?? false;
  const memories = Array.from({ length: unit.replicas.min }, (_, replica) =>
    recall(sight.memory, unit.id, replica),
  );
  const ready = memories.filter(({ ok }) => ok).length;
  const worst = worstOf(unit, memories, everReady, now);
  const phase = phaseOf(unit, containers, { ready, everReady, sight, failed: worst.verdict !== undefined });
  const isWell = phase === "ready";
  const reason = isFenced(unit, sight) ? FENCED : (worst.verdict ?? worst.trouble);
  return {
    unit: unit.id,
    phase,
    ready,
    replicas: mains(containers).length,
    endpoints: endpointsOf(unit, containers, sight),
    ...(isWell || reason === undefined ? {} : { reason }),
    ...(isWell || worst.memory?.death === undefined ? {} : { exitCode: worst.memory.death.exitCode }),
    restarts: memories.reduce((sum, { restarts }) => sum + restarts, 0),
    lastLines: isWell ? [] : (worst.memory?.death?.lines ?? []),
    at: now,
  };
}

const FENCED =
  "stopped because the broker was out of reach for most of a lease, and this unit may run only once";

interface Worst {
  readonly memory?: ReplicaMemory | undefined;
  readonly verdict?: string | undefined;
  readonly trouble?: string | undefined;
}

/** The replica a user should hear of: one with a verdict, else one in trouble. */
function worstOf(unit: Unit, memories: readonly ReplicaMemory[], everReady: boolean, now: number): Worst {
  const judged = memories
    .filter(({ ok }) => !ok)
    .map((memory): Worst => ({
      memory,
      verdict: verdictOn(unit, memory, everReady, now),
      trouble: troubleOf(memory),
    }));
  return (
    judged.find(({ verdict }) => verdict !== undefined) ??
    judged.find(({ trouble }) => trouble !== undefined) ??
    {}
  );
}

interface Standing {
  readonly ready: number;
  readonly everReady: boolean;
  readonly failed: boolean;
  readonly sight: Sight;
}

function phaseOf(
  unit: Unit,
  containers: readonly SeenContainer[],
  { ready, everReady, failed, sight }: Standing,
): Phase {
  if (isFenced(unit, sight))
    return mains(containers).some(({ state }) => state === "running") ? "stopping" : "stopped";
  // One bad replica is a verdict on a unit that never served, but not on one of which others still do.
  if (failed && (!everReady || ready === 0)) return "failed";
  if (ready >= unit.replicas.min) return "ready";
  if (everReady) return "unready";
  return containers.length > 0 || recall(sight.memory, unit.id, 0).firstRanAt !== undefined
    ? "starting"
    : "creating";
}

function endpointsOf(unit: Unit, containers: readonly SeenContainer[], sight: Sight): readonly Endpoint[] {
  const { route } = unit.template;
  if (route === undefined || isFenced(unit, sight)) return [];
  return mains(containers).flatMap(({ mark: { replica }, id, ports, state }): readonly Endpoint[] => {
    const hostPort = ports[route.port];
    if (state !== "running" || hostPort === undefined || replica >= unit.replicas.min) return [];
    const memory = recall(sight.memory, unit.id, replica);
    const ready = memory.ok && memory.container === id;
    return [{ replica, ready, ...wayTo(sight, unit.id, replica, route.port, hostPort) }];
  });
}

/** Straight to the host where the operator gave an address, else through the agent's line. */
function wayTo({ address, agentId }: Sight, unit: string, replica: number, port: number, hostPort: number) {
  if (address === undefined) {
    const url = `line://${agentId}/${unit}/${String(replica)}/${String(port)}`;
    return { url, transport: "line", bypassable: false } as const;
  }
  const host = address.includes(":") ? `[${address}]` : address;
  return { url: `http://${host}:${String(hostPort)}`, transport: "plain", bypassable: true } as const;
}

const mains = (containers: readonly SeenContainer[]): readonly SeenContainer[] =>
  containers
    .filter(({ mark }) => mark.container === MAIN)
    .toSorted((a, b) => a.mark.replica - b.mark.replica);
