import type { Shape } from "../../domain/offer.ts";
import { MIB_PER_GIB, noShape, type Size, type Snap, tooBig } from "./snap.ts";

/** Fargate's task sizes on Linux, platform 1.4.0 (Amazon ECS developer guide, "Task CPU and memory"). Memory in MiB. */
export const FARGATE_SIZES: readonly FargateRow[] = [
  { milliCpu: 250, memoryMiB: [512, 1024, 2048] },
  { milliCpu: 500, memoryMiB: steps(1, 4, 1) },
  { milliCpu: 1000, memoryMiB: steps(2, 8, 1) },
  { milliCpu: 2000, memoryMiB: steps(4, 16, 1) },
  { milliCpu: 4000, memoryMiB: steps(8, 30, 1) },
  { milliCpu: 8000, memoryMiB: steps(16, 60, 4) },
  { milliCpu: 16_000, memoryMiB: steps(32, 120, 8) },
];

/** Storage in every task's price, and the most it can have (Amazon ECS API, EphemeralStorage). */
export const FARGATE_INCLUDED_STORAGE_GIB = 20;
const FARGATE_MAX_STORAGE_GIB = 200;

interface FargateRow {
  readonly milliCpu: number;
  readonly memoryMiB: readonly number[];
}

/** The smallest Fargate task that holds `size`, or why there is none. */
export function snapFargate(size: Size, arch: Shape["arch"]): Snap {
  const storage = Math.max(FARGATE_INCLUDED_STORAGE_GIB, Math.ceil(size.ephemeralStorageGiB));
  for (const { milliCpu, memoryMiB } of FARGATE_SIZES) {
    const memory = memoryMiB.find((step) => step >= size.memoryMiB);
    if (milliCpu >= size.milliCpu && memory !== undefined && storage <= FARGATE_MAX_STORAGE_GIB)
      return {
        shape: { milliCpu, memoryMiB: memory, ephemeralStorageGiB: storage, arch },
        refusals: [],
      };
  }
  return noShape(size, arch, [
    ...(size.milliCpu > 16_000
      ? [tooBig("cpu", "Fargate's biggest task has 16 vCPU: ask for 16 or less")]
      : []),
    ...(size.memoryMiB > 120 * MIB_PER_GIB
      ? [tooBig("memory", "Fargate's biggest task has 120 GiB of memory: ask for 120Gi or less")]
      : []),
    ...(storage > FARGATE_MAX_STORAGE_GIB
      ? [tooBig("ephemeralStorage", "A Fargate task has at most 200 GiB of storage: ask for 200Gi or less")]
      : []),
  ]);
}

function steps(fromGiB: number, toGiB: number, stepGiB: number): readonly number[] {
  const count = (toGiB - fromGiB) / stepGiB + 1;
  return Array.from({ length: count }, (_, index) => (fromGiB + index * stepGiB) * MIB_PER_GIB);
}
