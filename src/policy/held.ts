import type { Offer } from "../domain/offer.ts";
import { type Place, samePlace } from "../domain/place.ts";

/** Replicas that already run somewhere and could be kept as they are: they need no new room. */
export interface Held {
  readonly place: Place;
  readonly replicas: number;
}

/**
 * How many replicas an offer can have; `undefined` where the place sets no bound. What the workload holds there is in the offer's
 * own count already, so it is the least, and never comes on top.
 */
export function roomIn(
  offer: Pick<Offer, "place" | "capacityReplicas">,
  held: readonly Held[],
): number | undefined {
  if (offer.capacityReplicas === undefined) return undefined;
  const kept = held.filter(({ place }) => samePlace(place, offer.place));
  const here = kept.reduce((sum, { replicas }) => sum + replicas, 0);
  return Math.max(here, offer.capacityReplicas);
}
