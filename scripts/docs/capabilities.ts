import { CLOUD_CAPABILITIES } from "../../src/catalog/cloud-offers.ts";
import type { Capability } from "../../src/catalog/features/capability.ts";
import { FEATURES } from "../../src/domain/feature.ts";
import type { Cloud } from "../../src/domain/place.ts";
import { code, table } from "./table.ts";

/** What one cloud does with everything a spec can ask for, from its capability table. */
export function capabilities(cloud: Cloud): string {
  const { features, route, limits } = CLOUD_CAPABILITIES[cloud];
  return table(
    ["a spec asks for", "it is", "which means"],
    [
      ...FEATURES.map((feature) => [code(feature), ...answer(features[feature])]),
      ["traffic to the route", ...answer(route)],
      ...Object.values(limits).map(({ most, message }) => [`more than ${most}`, "refused", message]),
    ],
  );
}

function answer(capability: Capability): readonly [is: string, means: string] {
  if (capability.level === "exact") return ["exact", ""];
  return [capability.level === "dropped" ? "refused" : capability.level, capability.message];
}
