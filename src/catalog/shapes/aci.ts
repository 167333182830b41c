import type { Refusal } from "../../domain/feature.ts";
import { MIB_PER_GIB, noShape, type Size, type Snap, tooBig } from "./snap.ts";

/** The most one container group can have (Microsoft, "Resource availability and quota limits", 2025-11-17). */
export interface AciLimits {
  readonly vCpu: number;
  readonly memoryGiB: number;
}
export const ACI_STANDARD: AciLimits = { vCpu: 31, memoryGiB: 240 };
export const ACI_SPOT: AciLimits = { vCpu: 4, memoryGiB: 16 };
export const ACI_STORAGE_GIB = 50;
/** A group's memory is sold in tenths of a GiB ("GB" in Azure's words). */
const TENTHS_PER_GIB = 10;

/**
 * The smallest container group that holds `size`, or why there is none. CPU is billed in whole vCPUs, so the group gets
 * the whole ones it pays for; a group has at least 1 vCPU and 1 GiB.
 */
export function snapAci(size: Size, limits: AciLimits): Snap {
  const vCpu = Math.max(1, Math.ceil(size.milliCpu / 1000));
  const tenths = Math.max(TENTHS_PER_GIB, memoryTenths(size.memoryMiB));
  const refusals: Refusal[] = [];
  if (vCpu > limits.vCpu) refusals.push(tooBig("cpu", atMost(`${limits.vCpu} vCPU`, String(limits.vCpu))));
  if (tenths > limits.memoryGiB * TENTHS_PER_GIB)
    refusals.push(tooBig("memory", atMost(`${limits.memoryGiB} GiB of memory`, `${limits.memoryGiB}Gi`)));
  if (size.ephemeralStorageGiB > ACI_STORAGE_GIB)
    refusals.push(
      tooBig("ephemeralStorage", atMost(`${ACI_STORAGE_GIB} GiB of storage`, `${ACI_STORAGE_GIB}Gi`)),
    );
  if (refusals.length > 0) return noShape(size, "amd64", refusals);
  const memoryMiB = Math.floor((tenths * MIB_PER_GIB) / TENTHS_PER_GIB);
  return {
    shape: { milliCpu: vCpu * 1000, memoryMiB, ephemeralStorageGiB: ACI_STORAGE_GIB, arch: "amd64" },
    refusals: [],
  };
}

/** A shape's memory as ACI's `memoryInGB`: tenths of a GiB, rounded up. A tenth is 102.4 MiB, so shapes hold it rounded down. */
export function aciMemoryGb(memoryMiB: number): number {
  return memoryTenths(memoryMiB) / TENTHS_PER_GIB;
}

// 2.2 GiB is 2252.8 MiB, and as bytes a little more: what is less than a thousandth of a MiB above a tenth is that tenth.
const memoryTenths = (memoryMiB: number): number =>
  Math.ceil(((memoryMiB - MIB_TOLERANCE) * TENTHS_PER_GIB) / MIB_PER_GIB);
const MIB_TOLERANCE = 0.001;
const atMost = (most: string, ask: string): string =>
  `A container group has at most ${most}: ask for ${ask} or less`;
