import type { AgentReport } from "../../domain/agent.ts";
import type { Needs } from "../../domain/needs.ts";
import type { Draw } from "../../domain/offer.ts";
import { replicasIn } from "../../domain/replicas-in.ts";
import type { StoredUnit } from "../../store/store.ts";

/**
 * What a host has free beside everything wanted there. A host is one room by its agent's id, whatever target its pool was connected as.
 */
export function roomOf(
  agentId: string,
  capacity: AgentReport["capacity"],
  there: readonly StoredUnit[],
): Draw {
  const wanted = wantedOf(there);
  const free = (amount: "milliCpu" | "memoryMiB") => {
    const taken = wanted.reduce((sum, { unit }) => sum + unit.shape[amount] * unit.replicas.min, 0);
    return Math.max(0, Math.floor(capacity[amount] - taken));
  };
  return { pool: `agents/${agentId}`, milliCpu: free("milliCpu"), memoryMiB: free("memoryMiB") };
}

/**
 * The most replicas of these needs a host with this room could hold. The workload's own units of this very size have taken theirs of it
 * already: a plan may keep them. Its units of another size count for nothing, since the new ones start beside them.
 */
export function replicasThatFit(needs: Needs, room: Draw, there: readonly StoredUnit[]): number {
  return replicasIn(needs, [room]) + ownReplicas(needs, wantedOf(there));
}

const wantedOf = (there: readonly StoredUnit[]) => there.filter(({ state }) => state === "wanted");

// Needs do not say which environment asks; of two with a workload of this name, only one can keep its own.
function ownReplicas(needs: Needs, wanted: readonly StoredUnit[]): number {
  const byEnvironment = new Map<string, number>();
  for (const { unit } of wanted) {
    const { milliCpu, memoryMiB } = unit.shape;
    if (unit.workload !== needs.workload || milliCpu !== needs.milliCpu || memoryMiB !== needs.memoryMiB)
      continue;
    byEnvironment.set(unit.environment, (byEnvironment.get(unit.environment) ?? 0) + unit.replicas.min);
  }
  return Math.max(0, ...byEnvironment.values());
}
