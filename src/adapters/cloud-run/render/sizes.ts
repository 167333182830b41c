import { AdapterError } from "../../../domain/fault.ts";

/** What a container asks for, or is given. */
export interface Size {
  readonly milliCpu: number;
  readonly memoryMiB: number;
}

type Named = Size & { readonly name: string };

/** The memory a container may have by its own CPU, from so many thousandths of a vCPU on. */
interface Row {
  readonly from: number;
  readonly leastMiB: number;
  readonly mostMiB: number;
}

/**
 * Cloud Run looks at each container by itself: 0.08 to 1 vCPU or 2, 4, 6 or 8, and memory by that (docs/configuring/services, "CPU" and
 * "Memory limits", whose sentences it repeats for the container it refuses); of the sum it asks only whether it is below 1 vCPU or 512 MiB.
 */
const ROWS: readonly Row[] = [
  { from: 80, leastMiB: 128, mostMiB: 512 },
  { from: 500, leastMiB: 128, mostMiB: 1_024 },
  { from: 1_000, leastMiB: 128, mostMiB: 4_096 },
  { from: 2_000, leastMiB: 128, mostMiB: 8_192 },
  { from: 4_000, leastMiB: 2_048, mostMiB: 16_384 },
  { from: 6_000, leastMiB: 4_096, mostMiB: 24_576 },
  { from: 8_000, leastMiB: 4_096, mostMiB: 32_768 },
];
/** Up to this any CPU will do, above it only those of the rows. */
const WHOLE_MILLI_CPU = 1_000;

/**
 * Divides what an instance is priced for among its containers, the main one first: each gets what it asks for at least, in a size that
 * Cloud Run gives a container, and what is left goes to the first that can have it. Throws `AdapterError` "invalid" where they do not
 * fit in.
 */
export function sizesOf(instance: Size, containers: readonly Named[]): readonly Size[] {
  const least = containers.map(leastOf);
  const spare = {
    milliCpu: least.reduce((left, { milliCpu }) => left - milliCpu, instance.milliCpu),
    memoryMiB: least.reduce((left, { memoryMiB }) => left - memoryMiB, instance.memoryMiB),
  };
  if (spare.milliCpu < 0 || spare.memoryMiB < 0) throw tooMany(instance, containers, least);
  return least.map((one) => {
    const milliCpu = mostCpu(one, one.milliCpu + spare.milliCpu);
    spare.milliCpu -= milliCpu - one.milliCpu;
    const memoryMiB = Math.min(rowOf(milliCpu).mostMiB, one.memoryMiB + spare.memoryMiB);
    spare.memoryMiB -= memoryMiB - one.memoryMiB;
    return { milliCpu, memoryMiB };
  });
}

function leastOf({ name, milliCpu, memoryMiB }: Named): Size {
  const row = ROWS.find(({ mostMiB, from }, index) => {
    const next = ROWS[index + 1]?.from ?? Infinity;
    return memoryMiB <= mostMiB && (milliCpu <= from || (from < WHOLE_MILLI_CPU && milliCpu < next));
  });
  if (row === undefined)
    throw new AdapterError(
      "invalid",
      `Cloud Run gives a container 8 vCPU and 32 GiB at most: ask for less for ${name}.`,
    );
  return { milliCpu: Math.max(row.from, milliCpu), memoryMiB: Math.max(row.leastMiB, memoryMiB) };
}

// The most of `milliCpu` that a container with so much memory may have.
function mostCpu({ milliCpu: least, memoryMiB }: Size, milliCpu: number): number {
  if (milliCpu <= WHOLE_MILLI_CPU) return milliCpu;
  const fitting = ROWS.filter(({ from, leastMiB }) => from <= milliCpu && leastMiB <= memoryMiB);
  return Math.max(least, fitting.at(-1)?.from ?? WHOLE_MILLI_CPU);
}

const rowOf = (milliCpu: number): Row =>
  ROWS.findLast(({ from }) => milliCpu >= from) ?? { from: 0, leastMiB: 0, mostMiB: 0 };

function tooMany(instance: Size, containers: readonly Named[], least: readonly Size[]): AdapterError {
  const raised = containers.flatMap(({ name, milliCpu, memoryMiB }, index) => {
    const needs = least[index];
    const isMore = needs !== undefined && (needs.milliCpu > milliCpu || needs.memoryMiB > memoryMiB);
    return isMore
      ? [`${name} at least ${textOf(needs)} for the ${textOf({ milliCpu, memoryMiB })} it asks`]
      : [];
  });
  return new AdapterError(
    "invalid",
    `Cloud Run gives a container 0.08 to 1, 2, 4, 6 or 8 vCPU, and memory by that: ${raised.join(", ")}, which does not fit beside the others in ${textOf(instance)}. Ask for those sizes, or for fewer containers.`,
  );
}

const textOf = ({ milliCpu, memoryMiB }: Size): string => `${milliCpu / 1_000} vCPU and ${memoryMiB} MiB`;
