import type { Refusal } from "../domain/feature.ts";
import type { Needs } from "../domain/needs.ts";
import { SMALLER_GROUPS } from "./azure-clouds.ts";
import type { Region } from "./book.ts";
import { ACI_SPOT_NO_INBOUND } from "./features/aci.ts";
import { aciRefusals } from "./features/aci-refusals.ts";
import { ACI_SPOT, ACI_STANDARD, snapAci } from "./shapes/aci.ts";
import { monthOf, type Variant } from "./variant.ts";

/** The least a container of a group can ask for is 0.1 GB. */
const LEAST_CONTAINER_MIB = 102.4;

/** Container Instances in one region: on demand, and on Spot in the three regions that have it. */
export function aciVariants(region: Region, needs: Needs): readonly Variant[] {
  const kinds = region.spot ? ([false, true] as const) : ([false] as const);
  return kinds.map((spot): Variant => {
    const { milliCpu, ephemeralStorageGiB, containers } = needs;
    const memoryMiB = Math.max(needs.memoryMiB, Math.ceil(containers * LEAST_CONTAINER_MIB));
    const resources = { milliCpu, memoryMiB, ephemeralStorageGiB };
    return {
      billing: spot ? "spot" : "on-demand",
      snap: snapAci(resources, spot ? ACI_SPOT : (SMALLER_GROUPS[region.id] ?? ACI_STANDARD)),
      refusals: [...(spot ? noInbound(needs) : []), ...aciRefusals(needs)],
      fidelity: [],
      month: monthOf({ provider: "aci", region: region.id, resources, spot }, needs),
    };
  });
}

function noInbound(needs: Needs): readonly Refusal[] {
  return needs.route === undefined
    ? []
    : [{ rule: "limit", message: ACI_SPOT_NO_INBOUND, pointer: "/route" }];
}
