import type { FieldFidelity, Refusal } from "../domain/feature.ts";
import type { Needs } from "../domain/needs.ts";
import type { Region } from "./book.ts";
import { ECS_MAX_CONTAINERS, ECS_MAX_STOP_GRACE_SECONDS } from "./features/ecs.ts";
import { clearText, tooManyContainers } from "./limits.ts";
import { snapFargate } from "./shapes/fargate.ts";
import { fixedMonth, type Variant } from "./variant.ts";

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
        refusals: limits(needs),
        fidelity: fidelity(needs),
        month: fixedMonth({ provider: "ecs", region: region.id, resources, spot, arch }, needs.scale),
      };
    }),
  );
}

function limits(needs: Needs): readonly Refusal[] {
  const refusals = [...tooManyContainers(needs, ECS_MAX_CONTAINERS, "A Fargate task")];
  if (needs.stopGraceSeconds > ECS_MAX_STOP_GRACE_SECONDS)
    refusals.push({
      rule: "limit",
      message: `Fargate waits at most ${ECS_MAX_STOP_GRACE_SECONDS} s for a container to stop: set stopGraceSeconds to ${ECS_MAX_STOP_GRACE_SECONDS} or less`,
      pointer: "/stopGraceSeconds",
    });
  return refusals;
}

function fidelity(needs: Needs): readonly FieldFidelity[] {
  return clearText(needs, "plain HTTP from the gateway");
}
