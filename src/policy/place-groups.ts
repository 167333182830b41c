import type { RankedOffer } from "../domain/plan.ts";
import { samePlace } from "../domain/place.ts";
import { type Held, roomIn } from "./held.ts";

/** One offer for each target and region that is bought in one way, the best first: places that `allot` may use together. */
export function placesOf(ranked: readonly RankedOffer[]): readonly RankedOffer[] {
  const seen = new Map<string, RankedOffer>();
  for (const one of ranked) {
    const key = groupKey(one);
    if (!seen.has(key)) seen.set(key, one);
  }
  return [...seen.values()];
}

/** Replicas that the places beside an offer can have together; Infinity where one sets no bound. */
export function roomBeside(ranked: readonly RankedOffer[], one: RankedOffer, held: readonly Held[]): number {
  const key = groupKey(one);
  const places: RankedOffer[] = [];
  for (const next of [one, ...ranked])
    if (groupKey(next) === key && !places.some(({ offer }) => samePlace(offer.place, next.offer.place)))
      places.push(next);
  return places.reduce((sum, { offer }) => sum + (roomIn(offer, held) ?? Infinity), 0);
}

/** The same for offers whose places `allot` may use together: one target and region, bought in one way. */
export function groupKey({ offer: { place, billing } }: RankedOffer): string {
  return JSON.stringify([place.provider, place.target, place.region, billing]);
}
