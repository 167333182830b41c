import type { AgentReport } from "../../domain/agent.ts";
import type { Needs } from "../../domain/needs.ts";
import type { StoredUnit } from "../../store/store.ts";

/**
 * The most replicas of these needs a host could hold. Everything wanted there takes its room. The workload's own units of
 * this very size do not count twice: a plan may keep them. Its units of another size do, since the new ones start beside them.
 */
export function replicasThatFit(
  needs: Needs,
  capacity: AgentReport["capacity"],
  there: readonly StoredUnit[],
): number {
  const wanted = there.filter((stored) => stored.state === "wanted");
  const taken = (amount: "milliCpu" | "memoryMiB") =>
    wanted.reduce((sum, { unit }) => sum + unit.shape[amount] * unit.replicas.min, 0);
  const free = Math.min(
    (capacity.milliCpu - taken("milliCpu")) / Math.max(1, needs.milliCpu),
    (capacity.memoryMiB - taken("memoryMiB")) / Math.max(1, needs.memoryMiB),
  );
  return Math.max(0, Math.floor(free)) + ownReplicas(needs, wanted);
}

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
