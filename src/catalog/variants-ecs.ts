import type { Needs } from "../domain/needs.ts";
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
        refusals: [],
        fidelity: [],
        month: monthOf({ provider: "ecs", region: region.id, resources, spot, arch }, needs),
      };
    }),
  );
}
