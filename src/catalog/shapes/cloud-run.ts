import type { Refusal } from "../../domain/feature.ts";
import type { ContainerSize } from "../../domain/needs.ts";
import { formatCpu } from "../../domain/quantity.ts";
import { memoryText } from "../size-text.ts";
import {
  type InstanceOptions,
  mostCpu,
  mostMiB,
  SECOND_GENERATION_MIN_MIB,
  snapContainer,
  WHOLE_FROM_MILLI_CPU,
} from "./cloud-run-container.ts";
import { MIB_PER_GIB, noShape, type Size, type Snap, tooBig } from "./snap.ts";

/** What all containers of an instance may have together (cloud.google.com/run/quotas: "CPU" and "Memory", per container instance). */
const MOST_MILLI_CPU = 8000;
const MOST_MIB = 32 * MIB_PER_GIB;

/**
 * The smallest Cloud Run instance that holds `size`, or why there is none. Where `size` tells of several containers, each gets a size
 * that is sold for one, and the instance is their sum: Cloud Run looks at each by itself, and of the sum only at whether it is below
 * 1 vCPU or 512 MiB (cloud.google.com/run/docs/configuring/services, "CPU" and "Memory limits").
 */
export function snapCloudRun(size: Size, options: InstanceOptions): Snap {
  const { sizes } = size;
  if (sizes === undefined) return snapContainer(size, options);
  const least = sumOf(sizes.map(leastOf));
  const milliCpu = Math.max(least.milliCpu, options.wholeCpu ? WHOLE_FROM_MILLI_CPU : 0);
  const second = options.generation === 2 && milliCpu >= WHOLE_FROM_MILLI_CPU;
  const memoryMiB = Math.max(least.memoryMiB, second ? SECOND_GENERATION_MIN_MIB : 0);
  const shape = { milliCpu, memoryMiB, ephemeralStorageGiB: 0, arch: "amd64" } as const;
  const tooBigAlone = sizes.flatMap(refusalsOf);
  const refusals = tooBigAlone.length > 0 ? tooBigAlone : tooBigTogether(shape);
  return refusals.length > 0
    ? noShape(size, "amd64", refusals)
    : { shape, sizes: dividedCloudRun(shape, sizes), refusals };
}

/**
 * Divides an instance among its containers, the main one first: each gets what it asks for at least, in a size that Cloud Run sells for
 * one, and what is left goes to the first that can have it; `undefined` where they do not fit in. What `snapCloudRun` gives for the same
 * containers is divided to the last thousandth and MiB.
 */
export function dividedCloudRun(
  instance: ContainerSize,
  asked: readonly ContainerSize[],
): readonly ContainerSize[] | undefined {
  if (asked.some((one) => snapOne(one).refusals.length > 0)) return undefined;
  const least = asked.map(leastOf);
  const sum = sumOf(least);
  const spare = {
    milliCpu: instance.milliCpu - sum.milliCpu,
    memoryMiB: instance.memoryMiB - sum.memoryMiB,
  };
  if (spare.milliCpu < 0 || spare.memoryMiB < 0) return undefined;
  return least.map((one) => {
    const milliCpu = mostCpu(one.milliCpu + spare.milliCpu, one);
    spare.milliCpu -= milliCpu - one.milliCpu;
    const memoryMiB = Math.min(mostMiB(milliCpu), one.memoryMiB + spare.memoryMiB);
    spare.memoryMiB -= memoryMiB - one.memoryMiB;
    return { milliCpu, memoryMiB };
  });
}

/** The smallest size that Cloud Run sells for one container which asks for this, or why there is none. */
export const snapOne = ({ milliCpu, memoryMiB }: ContainerSize): Snap =>
  snapContainer({ milliCpu, memoryMiB, ephemeralStorageGiB: 0 }, { wholeCpu: false, generation: 1 });

function leastOf(asked: ContainerSize): ContainerSize {
  const { milliCpu, memoryMiB } = snapOne(asked).shape;
  return { milliCpu, memoryMiB };
}

function refusalsOf(asked: ContainerSize, at: number): readonly Refusal[] {
  const { refusals } = snapOne(asked);
  if (at === 0) return refusals;
  return refusals.map((one) => ({ ...one, pointer: `/sidecars/${at - 1}${one.pointer ?? ""}` }));
}

function sumOf(sizes: readonly ContainerSize[]): ContainerSize {
  return {
    milliCpu: sizes.reduce((sum, { milliCpu }) => sum + milliCpu, 0),
    memoryMiB: sizes.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0),
  };
}

function tooBigTogether({ milliCpu, memoryMiB }: ContainerSize): readonly Refusal[] {
  const words = (most: string, sum: string): string =>
    `Cloud Run's biggest instance has ${most}, and the sizes it sells for these containers make ${sum}: ask for less, or for fewer sidecars`;
  return [
    ...(milliCpu > MOST_MILLI_CPU ? [tooBig("cpu", words("8 vCPU", formatCpu(milliCpu)))] : []),
    ...(memoryMiB > MOST_MIB ? [tooBig("memory", words("32 GiB of memory", memoryText(memoryMiB)))] : []),
  ];
}
