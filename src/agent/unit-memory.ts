import type { Unit } from "../domain/plan.ts";
import type { Desired } from "./desired.ts";
import type { SeenContainer } from "./drivers/seen.ts";
import { MAIN } from "./mark.ts";
import { isTry } from "./tries.ts";
import { died, FRESH, ran, vanished } from "./memory.ts";
import type { ReplicaMemory } from "./memory.ts";

/** What the agent remembers of one unit. */
export interface UnitMemory {
  /** All its replicas were healthy at once, some time: from then on it is never given up. */
  readonly everReady: boolean;
  readonly replicas: Readonly<Record<number, ReplicaMemory>>;
}

/** By unit id. */
export type Memory = Readonly<Record<string, UnitMemory>>;

/** What is remembered of one replica; a new one when nothing is. */
export function recall(memory: Memory, unit: string, replica: number): ReplicaMemory {
  return memory[unit]?.replicas[replica] ?? FRESH;
}

/** The memory with one replica changed. */
export function remember(
  memory: Memory,
  unit: string,
  replica: number,
  change: (before: ReplicaMemory) => ReplicaMemory,
): Memory {
  const before = memory[unit] ?? { everReady: false, replicas: {} };
  const after = change(before.replicas[replica] ?? FRESH);
  return { ...memory, [unit]: { ...before, replicas: { ...before.replicas, [replica]: after } } };
}

/** What a complete look at the engine adds: containers that run, ended or have gone. Units no longer spoken of are forgotten. `busy` replicas are left out. */
export function afterLook(
  memory: Memory,
  desired: Desired,
  containers: readonly SeenContainer[],
  busy: ReadonlySet<string>,
  now: number,
): Memory {
  const byReplica = Map.groupBy(containers, ({ mark }) => replicaKey(mark.unit, mark.replica));
  let after: Memory = Object.fromEntries(
    desired.units.flatMap(({ id }) => (memory[id] === undefined ? [] : [[id, memory[id]]])),
  );
  for (const unit of desired.units) {
    for (let replica = 0; replica < unit.replicas.min; replica += 1) {
      const key = replicaKey(unit.id, replica);
      if (busy.has(key)) continue;
      const wasReady = after[unit.id]?.everReady ?? false;
      after = remember(after, unit.id, replica, (before) =>
        seen(before, unit, byReplica.get(key) ?? [], wasReady, now),
      );
    }
  }
  return noteReady(after, desired);
}

/** The memory with units marked whose wanted replicas are all healthy. */
export function noteReady(memory: Memory, desired: Desired): Memory {
  const newly = desired.units.flatMap(({ id, replicas: { min } }) => {
    const before = memory[id];
    if (before === undefined || before.everReady || min === 0) return [];
    const ready = Array.from({ length: min }, (_, replica) => recall(memory, id, replica).ok).every(Boolean);
    return ready ? [[id, { ...before, everReady: true }] as const] : [];
  });
  return newly.length === 0 ? memory : { ...memory, ...Object.fromEntries(newly) };
}

/** One replica as one text: for sets and maps. */
export const replicaKey = (unit: string, replica: number): string => `${unit}/${String(replica)}`;

function seen(
  before: ReplicaMemory,
  unit: Unit,
  containers: readonly SeenContainer[],
  wasReady: boolean,
  now: number,
): ReplicaMemory {
  const ended = containers.find((container) => container.death !== undefined && isEssential(unit, container));
  if (ended?.death !== undefined) {
    const name = ended.mark.container;
    const death =
      name === MAIN ? ended.death : { ...ended.death, reason: `sidecar ${name} ${ended.death.reason}` };
    return died(before, ended.id, death, wasReady, now);
  }
  const main = containers.find(({ mark }) => mark.container === MAIN);
  if (main?.state === "running") return ran(before, main.id, now);
  return main === undefined ? vanished(before) : before;
}

/** Whether the replica cannot do without a container. */
export function isEssential(unit: Unit, { mark }: SeenContainer): boolean {
  // A try is its main container: how a helper beside it ends says nothing of it.
  return (
    mark.container === MAIN ||
    (!isTry(unit) && (unit.template.sidecars.find(({ name }) => name === mark.container)?.essential ?? true))
  );
}
