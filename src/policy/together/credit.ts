import type { Offer } from "../../domain/offer.ts";
import { samePlace } from "../../domain/place.ts";
import { replicasIn } from "../../domain/replicas-in.ts";
import { type Held, roomIn } from "../held.ts";
import type { Asking } from "./asking.ts";

/**
 * Replicas that an offer counts as having their room already, because the workload runs there: what its own count is above what is
 * free. They take nothing from others.
 */
export function creditOf({ inputs, draws }: Asking, offer: Offer): number {
  const room = roomIn(offer, inputs.held ?? []);
  const free = replicasIn(offer.shape, draws.get(offer.id) ?? []);
  return room === undefined || free === Infinity ? 0 : Math.max(0, room - free);
}

/**
 * What a workload holds, as one who counts free room must see it: where rooms are shared, the replicas that need no new room; elsewhere
 * all it has.
 */
export function heldOf(asking: Asking): readonly Held[] {
  const { inputs, draws } = asking;
  const credits: Held[] = [];
  for (const offer of inputs.offers) {
    if (replicasIn(offer.shape, draws.get(offer.id) ?? []) === Infinity) continue;
    const replicas = creditOf(asking, offer);
    const at = credits.findIndex(({ place }) => samePlace(place, offer.place));
    if (at === -1) credits.push({ place: offer.place, replicas });
    else if (replicas > (credits[at]?.replicas ?? 0)) credits[at] = { place: offer.place, replicas };
  }
  const elsewhere = (inputs.held ?? []).filter(
    ({ place }) => !credits.some((credit) => samePlace(credit.place, place)),
  );
  return [...elsewhere, ...credits.filter(({ replicas }) => replicas > 0)];
}
