import type { Refusal } from "../../domain/feature.ts";
import type { Shape } from "../../domain/offer.ts";
import { FARGATE_INCLUDED_STORAGE_GIB, FARGATE_MAX_STORAGE_GIB, storageRefusals } from "./fargate-storage.ts";
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
/** A size of the price list (aws.amazon.com/fargate/pricing, "Supported Configurations") that the guide does not name for tasks. */
const LISTED_ONLY: FargateRow = {
  milliCpu: 32_000,
  memoryMiB: [60 * MIB_PER_GIB, 120 * MIB_PER_GIB, 244 * MIB_PER_GIB],
};
/** What a Windows task may have (Amazon ECS developer guide, "Task CPU and memory"). */
const WINDOWS_MILLI_CPU: ReadonlySet<number> = new Set([1000, 2000, 4000]);

interface FargateRow {
  readonly milliCpu: number;
  readonly memoryMiB: readonly number[];
}

/** What a size may be taken from: tasks that Berth makes, or everything AWS lists a price for. */
export interface FargateOptions {
  readonly os?: "linux" | "windows" | undefined;
  readonly listed?: boolean;
}

/** The smallest Fargate task that holds `size`, or why there is none. */
export function snapFargate(size: Size, arch: Shape["arch"], options: FargateOptions = {}): Snap {
  const { os = "linux", listed = false } = options;
  const storage = Math.max(FARGATE_INCLUDED_STORAGE_GIB, Math.ceil(size.ephemeralStorageGiB));
  const sold = listed ? [...FARGATE_SIZES, LISTED_ONLY] : FARGATE_SIZES;
  const rows = os === "linux" ? sold : sold.filter(({ milliCpu }) => WINDOWS_MILLI_CPU.has(milliCpu));
  for (const { milliCpu, memoryMiB } of rows) {
    const memory = memoryMiB.find((step) => step >= size.memoryMiB);
    if (milliCpu >= size.milliCpu && memory !== undefined && storage <= FARGATE_MAX_STORAGE_GIB) {
      const refusals = storageRefusals(size, storage, arch);
      if (refusals.length > 0) return noShape(size, arch, refusals);
      return { shape: { milliCpu, memoryMiB: memory, ephemeralStorageGiB: storage, arch }, refusals };
    }
  }
  return noShape(size, arch, tooBigFor(size, storage, rows, os));
}

function tooBigFor(
  size: Size,
  storageGiB: number,
  rows: readonly FargateRow[],
  os: "linux" | "windows",
): readonly Refusal[] {
  const biggest = rows.at(-1);
  const vCpu = (biggest?.milliCpu ?? 0) / 1000;
  const memoryGiB = (biggest?.memoryMiB.at(-1) ?? 0) / MIB_PER_GIB;
  const what = os === "windows" ? "Fargate's biggest Windows task" : "Fargate's biggest task";
  return [
    ...(size.milliCpu > vCpu * 1000
      ? [tooBig("cpu", `${what} has ${vCpu} vCPU: ask for ${vCpu} or less`)]
      : []),
    ...(size.memoryMiB > memoryGiB * MIB_PER_GIB
      ? [tooBig("memory", `${what} has ${memoryGiB} GiB of memory: ask for ${memoryGiB}Gi or less`)]
      : []),
    ...(storageGiB > FARGATE_MAX_STORAGE_GIB
      ? [tooBig("ephemeralStorage", "A Fargate task has at most 200 GiB of storage: ask for 200Gi or less")]
      : []),
  ];
}

function steps(fromGiB: number, toGiB: number, stepGiB: number): readonly number[] {
  const count = (toGiB - fromGiB) / stepGiB + 1;
  return Array.from({ length: count }, (_, index) => (fromGiB + index * stepGiB) * MIB_PER_GIB);
}
