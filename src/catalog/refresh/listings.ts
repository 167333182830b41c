import type { Cloud } from "../../domain/place.ts";
import { AWS_LISTINGS } from "./aws-listings.ts";
import { AZURE_LISTINGS } from "./azure-listings.ts";
import { GCP_LISTINGS } from "./gcp-listings.ts";
import type { Listing } from "./listing.ts";

/** What is read of each provider: first the list its containers are on, without which nothing of it is believed. */
export const LISTINGS: Readonly<Record<Cloud, readonly [Listing, ...Listing[]]>> = {
  ecs: AWS_LISTINGS,
  aci: AZURE_LISTINGS,
  "cloud-run": GCP_LISTINGS,
};

/** Whether a price was read where its provider publishes it, rather than shipped with a release. */
export function isLive(price: { readonly provider: string; readonly source: string }): boolean {
  return LIVE.has(`${price.provider} ${price.source}`);
}

const LIVE: ReadonlySet<string> = new Set(
  Object.entries(LISTINGS).flatMap(([provider, lists]) => lists.map(({ source }) => `${provider} ${source}`)),
);
