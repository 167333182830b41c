import type { Offer } from "../domain/offer.ts";
import { type Place, samePlace } from "../domain/place.ts";

/** Replicas that already run somewhere and could be kept as they are: they need no new room. */
export interface Held {
  readonly place: Place;
  readonly replicas: number;
}

/** How many replicas an offer can have, with those already there; `undefined` where the place sets no bound. */
export function roomIn(offer: Offer, held: readonly Held[]): number | undefined {
  if (offer.capacityReplicas === undefined) return undefined;
  const kept = held.filter(({ place }) => samePlace(place, offer.place));
  return kept.reduce((sum, { replicas }) => sum + replicas, Math.max(0, offer.capacityReplicas));
}
