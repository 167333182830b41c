import type { Because } from "../domain/feature.ts";
import type { Unit } from "../domain/plan.ts";
import { START_LIMIT } from "./memory.ts";
import type { ReplicaMemory } from "./memory.ts";

/** Why waiting will not help one replica; undefined while it may. */
export function verdictOn(
  unit: Unit,
  memory: ReplicaMemory,
  unitWasReady: boolean,
  now: number,
): Because | undefined {
  const { death, startError, firstRanAt } = memory;
  if (memory.givenUp && death !== undefined) {
    return `it ${death.reason}, ${String(memory.exitsInARow)} times before it was ever healthy`;
  }
  if (startError !== undefined && (memory.refused || memory.startFailures >= START_LIMIT)) return startError;
  const { startupSeconds } = unit.template.health;
  if (unitWasReady || memory.everOk || firstRanAt === undefined || now - firstRanAt <= startupSeconds * 1000)
    return undefined;
  return `it was not healthy within ${String(startupSeconds)} s: ${memory.probeError ?? whatDeathSays(memory) ?? "its health check never passed"}`;
}

/** What is wrong with one replica right now, verdict or not. */
export function troubleOf(memory: ReplicaMemory): Because | undefined {
  return memory.startError ?? memory.probeError ?? whatDeathSays(memory);
}

const whatDeathSays = ({ death }: ReplicaMemory): Because | undefined =>
  death === undefined ? undefined : `it ${death.reason}`;
