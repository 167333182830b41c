import type { Draw, Offer } from "../../domain/offer.ts";
import type { ArmUsage } from "./arm.ts";

/**
 * What a subscription's quotas leave in an offer's region: cores, of Spot apart, and groups, each replica being one. Nothing for a quota
 * that Azure does not name.
 */
export function drawsOf(
  { place, billing }: Pick<Offer, "place" | "billing">,
  subscriptionId: string,
  usages: readonly ArmUsage[],
): readonly Draw[] {
  const left = (name: string): number | undefined => {
    const usage = usages.find((one) => one.name?.value === name);
    return usage?.limit === undefined ? undefined : Math.max(0, usage.limit - (usage.currentValue ?? 0));
  };
  const coresName = billing === "spot" ? "StandardSpotCores" : "StandardCores";
  const [cores, groups] = [left(coresName), left("ContainerGroups")];
  const pool = (name: string): string => `aci/${subscriptionId}/${place.region}/${name}`;
  return [
    ...(cores === undefined ? [] : [{ pool: pool(coresName), milliCpu: Math.floor(cores * 1_000) }]),
    ...(groups === undefined ? [] : [{ pool: pool("ContainerGroups"), replicas: Math.floor(groups) }]),
  ];
}
