import { withScratch } from "../../../catalog/shapes/cloud-run-scratch.ts";
import { dividedCloudRun, snapOne } from "../../../catalog/shapes/cloud-run.ts";
import { AdapterError } from "../../../domain/fault.ts";
import type { ContainerSize, NamedSize } from "../../../domain/needs.ts";

/**
 * Divides what an instance is priced for among its containers, the main one first and with its scratch volumes, as the catalog did
 * when it priced it. Throws `AdapterError` "invalid" where they do not fit in: an instance may have been priced before containers were
 * looked at one by one.
 */
export function sizesOf(
  instance: ContainerSize,
  containers: readonly NamedSize[],
  scratchGiB = 0,
): readonly ContainerSize[] {
  // One that was placed before scratch volumes were counted in runs on in the size that it has.
  const given =
    dividedCloudRun(instance, withScratch(containers, scratchGiB)) ?? dividedCloudRun(instance, containers);
  if (given !== undefined) return given;
  const unsold = containers.find((one) => snapOne(one).refusals.length > 0);
  if (unsold === undefined) throw tooMany(instance, containers);
  throw new AdapterError(
    "invalid",
    `Cloud Run gives a container 8 vCPU and 32 GiB at most: ask for less for ${unsold.name}.`,
  );
}

function tooMany(instance: ContainerSize, containers: readonly NamedSize[]): AdapterError {
  const raised = containers.flatMap((asked) => {
    const { shape } = snapOne(asked);
    const isMore = shape.milliCpu > asked.milliCpu || shape.memoryMiB > asked.memoryMiB;
    return isMore ? [`${asked.name} at least ${textOf(shape)} for the ${textOf(asked)} it asks`] : [];
  });
  return new AdapterError(
    "invalid",
    `Cloud Run gives a container 0.08 to 1, 2, 4, 6 or 8 vCPU, and memory by that: ${raised.join(", ")}, which does not fit beside the others in ${textOf(instance)}. Ask for those sizes, or for fewer containers.`,
  );
}

const textOf = ({ milliCpu, memoryMiB }: ContainerSize): string =>
  `${milliCpu / 1_000} vCPU and ${memoryMiB} MiB`;
