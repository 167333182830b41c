import type { PriceBook } from "../../catalog/book.ts";
import { cloudOffers } from "../../catalog/cloud-offers.ts";
import type { Refusal } from "../../domain/feature.ts";
import type { Needs } from "../../domain/needs.ts";
import type { Offer } from "../../domain/offer.ts";
import type { CloudRunConfig } from "./config.ts";
import { registryRefusals } from "./images.ts";

/** Instances one revision may have unless Google raised it for the project (cloud.google.com/run/docs/configuring/max-instances). */
const MOST_INSTANCES = 100;

/** Every way to buy these needs in the target's regions; what this target cannot do is in `impossible`, `refusals` among it. */
export function cloudRunOffers(
  target: string,
  config: CloudRunConfig,
  needs: Needs,
  book: PriceBook,
  refusals: readonly Refusal[] = [],
): readonly Offer[] {
  const pulled = registryRefusals(needs.registries, config.remoteRepositories);
  const here = [...pulled, ...jobRefusals(needs), ...refusals];
  return config.regions.flatMap((region) =>
    cloudOffers("cloud-run", region, needs, book).map((offer) => ({
      ...offer,
      id: `${target}/${offer.id}`,
      place: { ...offer.place, target },
      capacityReplicas: MOST_INSTANCES,
      path: { ...offer.path, bypassable: offer.path.bypassable && config.invoker === "public" },
      impossible: [...offer.impossible, ...here],
    })),
  );
}

// Admin API v2, TaskTemplate: "the single container".
function jobRefusals({ kind, containers }: Needs): readonly Refusal[] {
  if (kind !== "job" || containers === 1) return [];
  const message =
    "A task of a Cloud Run job has one container: remove the sidecars, or exclude cloud-run by policy";
  return [{ rule: "limit", message, pointer: "/sidecars" }];
}
