import type { ContainerSize } from "../../domain/needs.ts";
import { MIB_PER_GIB } from "./snap.ts";

/**
 * What containers need where the first of them, the main one, has scratch volumes: these are files in memory, and what a container
 * writes there counts against its own limit (cloud.google.com/run/docs/configuring/services/in-memory-volume-mounts).
 */
export function withScratch<Size extends ContainerSize>(
  sizes: readonly Size[],
  scratchGiB: number,
): readonly Size[] {
  return sizes.map((one, at) =>
    at === 0 ? { ...one, memoryMiB: one.memoryMiB + scratchGiB * MIB_PER_GIB } : one,
  );
}
