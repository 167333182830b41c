import type { ContainerSize } from "../../domain/needs.ts";
import { MIB_PER_GIB, noShape, type Size, type Snap, tooBig } from "./snap.ts";

/**
 * Memory a container may have at each CPU (cloud.google.com/run/docs/configuring/services, "CPU" and "Memory limits").
 * Below 1 vCPU an instance serves one request at a time, in the first-generation environment, which needs 128 MiB;
 * the second, which Berth takes from 1 vCPU on, needs 512 MiB.
 */
const ROWS: readonly Row[] = [
  { from: 80, minMiB: 128, maxMiB: 512 },
  { from: 500, minMiB: 128, maxMiB: 1 * MIB_PER_GIB },
  { from: 1000, minMiB: 128, maxMiB: 4 * MIB_PER_GIB },
  { from: 2000, minMiB: 128, maxMiB: 8 * MIB_PER_GIB },
  { from: 4000, minMiB: 2 * MIB_PER_GIB, maxMiB: 16 * MIB_PER_GIB },
  { from: 6000, minMiB: 4 * MIB_PER_GIB, maxMiB: 24 * MIB_PER_GIB },
  { from: 8000, minMiB: 4 * MIB_PER_GIB, maxMiB: 32 * MIB_PER_GIB },
];
/** Below this, steps of 0.001 vCPU; from here on only the whole numbers of the table. */
export const WHOLE_FROM_MILLI_CPU = 1000;
export const SECOND_GENERATION_MIN_MIB = 512;

interface Row {
  readonly from: number;
  readonly minMiB: number;
  readonly maxMiB: number;
}

/**
 * What an instance has to have beside its size. `wholeCpu`: 1 vCPU or more, which several requests at a time and instance-based billing
 * need.
 */
export interface InstanceOptions {
  readonly wholeCpu: boolean;
  readonly generation: 1 | 2;
}

/**
 * The smallest Cloud Run instance of one container that holds `size`, or why there is none. Files live in memory, so the shape's own
 * storage is 0.
 */
export function snapContainer(size: Size, options: InstanceOptions): Snap {
  for (const [index, row] of ROWS.entries()) {
    const milliCpu = cpuIn(row, ROWS[index + 1]?.from, size.milliCpu);
    if (milliCpu === undefined || size.memoryMiB > row.maxMiB) continue;
    if (options.wholeCpu && milliCpu < WHOLE_FROM_MILLI_CPU) continue;
    const second = options.generation === 2 && milliCpu >= WHOLE_FROM_MILLI_CPU;
    const leastMiB = Math.max(row.minMiB, second ? SECOND_GENERATION_MIN_MIB : 0);
    const memoryMiB = Math.max(leastMiB, Math.ceil(size.memoryMiB));
    return { shape: { milliCpu, memoryMiB, ephemeralStorageGiB: 0, arch: "amd64" }, refusals: [] };
  }
  return noShape(size, "amd64", [
    ...(size.milliCpu > 8000
      ? [tooBig("cpu", "Cloud Run's biggest instance has 8 vCPU: ask for 8 or less")]
      : []),
    ...(size.memoryMiB > 32 * MIB_PER_GIB
      ? [tooBig("memory", "Cloud Run's biggest instance has 32 GiB of memory: ask for 32Gi or less")]
      : []),
  ]);
}

/** The most of `milliCpu` that a container with so much memory may have; never less than `least`. */
export function mostCpu(milliCpu: number, { milliCpu: least, memoryMiB }: ContainerSize): number {
  if (milliCpu <= WHOLE_FROM_MILLI_CPU) return milliCpu;
  const fitting = ROWS.filter(({ from, minMiB }) => from <= milliCpu && minMiB <= memoryMiB);
  return Math.max(least, fitting.at(-1)?.from ?? WHOLE_FROM_MILLI_CPU);
}

/** The most memory that a container with so much CPU may have, MiB. */
export const mostMiB = (milliCpu: number): number =>
  ROWS.findLast(({ from }) => milliCpu >= from)?.maxMiB ?? 0;

/** The CPU a row gives for what was asked, or `undefined` when this row's CPU is too small. */
function cpuIn(row: Row, next: number | undefined, asked: number): number | undefined {
  if (asked <= row.from) return row.from;
  const fractional = row.from < WHOLE_FROM_MILLI_CPU && next !== undefined;
  const milliCpu = Math.ceil(asked);
  return fractional && milliCpu < next ? milliCpu : undefined;
}
