import type { Draw, Shape } from "./offer.ts";

/** How many replicas of a shape fit into what is free of all these rooms; Infinity where none of them bounds it, and never below 0. */
export function replicasIn(shape: Pick<Shape, "milliCpu" | "memoryMiB">, draws: readonly Draw[]): number {
  let least = Infinity;
  for (const { replicas = Infinity, milliCpu = Infinity, memoryMiB = Infinity } of draws)
    least = Math.min(
      least,
      replicas,
      // What asks for nothing of a room is bounded by the rest of it.
      milliCpu / Math.max(1, shape.milliCpu),
      memoryMiB / Math.max(1, shape.memoryMiB),
    );
  return Math.max(0, Math.floor(least));
}
