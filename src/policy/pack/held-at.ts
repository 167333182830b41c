import type { Offer } from "../../domain/offer.ts";
import { samePlace } from "../../domain/place.ts";
import type { PackItem } from "./market.ts";

/** How many replicas of a workload run at an offer's place now and could be kept. */
export function heldAt({ place }: Offer, { question }: PackItem): number {
  const { held } = question;
  if (held === undefined) return 0;
  let sum = 0;
  for (const one of held) if (samePlace(one.place, place)) sum += one.replicas;
  return sum;
}
