import type { Because } from "../domain/feature.ts";
import type { Place } from "../domain/place.ts";
import type { Realm } from "../domain/realm.ts";
import { awsPartition } from "./aws-partitions.ts";
import { azureCloud } from "./azure-clouds.ts";

/** The realm a place is in; none for machines of one's own. */
export function realmOf({ provider, region }: Pick<Place, "provider" | "region">): Realm | undefined {
  if (provider === "agents") return undefined;
  if (provider === "ecs") return awsPartition(region).realm;
  // Google's own regions are all in one realm; a universe run by a partner is none of the catalog's.
  return provider === "aci" ? azureCloud(region).realm : "commercial";
}

/** Why no refresh reads the prices of a place, and what to do for them to be known; undefined where they are read. */
export function unlistedPrices({
  provider,
  region,
}: Pick<Place, "provider" | "region">): Because | undefined {
  if (provider !== "ecs" && provider !== "aci") return undefined;
  const { unlisted } = provider === "ecs" ? awsPartition(region) : azureCloud(region);
  return (
    unlisted && `${unlisted}, so that none are read: state what it costs in USD with \`berth prices set\``
  );
}
