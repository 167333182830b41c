import type { Refusal } from "../domain/feature.ts";
import type { Needs } from "../domain/needs.ts";
import { type AwsAbility, awsPartition } from "./aws-partitions.ts";
import type { Region } from "./book.ts";
import { snapFargate } from "./shapes/fargate.ts";
import { monthOf, type Variant } from "./variant.ts";

/** Fargate in one region: each architecture the needs allow, on demand and on Spot. */
export function ecsVariants(region: Region, needs: Needs): readonly Variant[] {
  const arches = needs.arch === "any" ? (["amd64", "arm64"] as const) : [needs.arch];
  return arches.flatMap((arch) =>
    ([false, true] as const).map((spot): Variant => {
      const { milliCpu, memoryMiB, ephemeralStorageGiB } = needs;
      const resources = { milliCpu, memoryMiB, ephemeralStorageGiB };
      return {
        billing: spot ? "spot" : "on-demand",
        snap: snapFargate(needs, arch),
        refusals: unproven(region.id, arch, spot),
        fidelity: [],
        month: monthOf({ provider: "ecs", region: region.id, resources, spot, arch }, needs),
      };
    }),
  );
}

/** The rule of a refusal that a region gives for want of a document; an account's own cluster can prove it wrong. */
export const UNPROVEN_RULE = (ability: AwsAbility): string => `region:${ability}`;

// A document of the region's own has to say that it is there: most of AWS's pages speak of its commercial regions.
function unproven(region: string, arch: "amd64" | "arm64", spot: boolean): readonly Refusal[] {
  const { unproven: sentences } = awsPartition(region);
  const asked: readonly AwsAbility[] = [
    "fargate",
    ...(arch === "arm64" ? (["arm64"] as const) : []),
    ...(spot ? (["spot"] as const) : []),
  ];
  return asked.flatMap((ability) => {
    const message = sentences[ability];
    return message === undefined ? [] : [{ rule: UNPROVEN_RULE(ability), message }];
  });
}
