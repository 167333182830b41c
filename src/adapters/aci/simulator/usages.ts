import type { ArmUsage } from "../arm.ts";
import type { AciSimRules } from "./rules.ts";
import { type AciSimState, present } from "./state.ts";
import { coresOf } from "./validate.ts";

/** What is used of each quota in a region. */
export function usedIn(
  state: AciSimState,
  region: string,
  now: number,
): Readonly<Record<keyof AciSimRules["quotas"], number>> {
  const here = present(state, now)
    .map(([, { document }]) => document)
    .filter(({ location }) => location === region);
  const cores = (spot: boolean): number =>
    here
      .filter(({ properties }) => (properties.priority === "Spot") === spot)
      .reduce((sum, group) => sum + coresOf(group), 0);
  return { ContainerGroups: here.length, StandardCores: cores(false), StandardSpotCores: cores(true) };
}

/** The answer of `locations/usages`. */
export function usagesIn(
  state: AciSimState,
  region: string,
  now: number,
  { quotas }: AciSimRules,
): readonly ArmUsage[] {
  const used = usedIn(state, region, now);
  return QUOTA_NAMES.map((name) => ({
    unit: "Count",
    currentValue: Math.ceil(used[name]),
    limit: quotas[name],
    name: { value: name, localizedValue: name },
  }));
}

export const QUOTA_NAMES = ["ContainerGroups", "StandardCores", "StandardSpotCores"] as const;
