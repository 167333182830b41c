import { CLOUD_CAPABILITIES } from "../../src/catalog/cloud-offers.ts";
import { FEATURES } from "../../src/domain/feature.ts";
import type { Cloud } from "../../src/domain/place.ts";
import { code, table } from "./table.ts";

/** How one cloud honours everything a spec can ask for, from its capability table. */
export function capabilities(cloud: Cloud): string {
  const { features, route, limits } = CLOUD_CAPABILITIES[cloud];
  const rows = FEATURES.map((feature) => {
    const capability = features[feature];
    const message = capability.level === "exact" ? "" : capability.message;
    return [code(feature), capability.level === "dropped" ? "refused" : capability.level, message];
  });
  const way = route.level === "exact" ? [] : [["`route`", route.level, route.message]];
  const most = Object.entries(limits).map(([name, { most: bound, message }]) => [
    name,
    `at most ${bound}`,
    message,
  ]);
  return table(["a spec asks for", "here", "what that means"], [...way, ...rows, ...most]);
}
