import type { Offer } from "../../domain/offer.ts";
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

/** What a workload holds, as one who counts free room must see it: at each place the replicas that need no new room. */
export function heldOf(asking: Asking): readonly Held[] {
  const { held = [], offers } = asking.inputs;
  const credits = new Map<string, Held>();
  for (const offer of offers) {
    const replicas = creditOf(asking, offer);
    const key = JSON.stringify(offer.place);
    if (replicas > (credits.get(key)?.replicas ?? 0)) credits.set(key, { place: offer.place, replicas });
  }
  const elsewhere = held.filter(({ place }) => !credits.has(JSON.stringify(place)));
  return [...elsewhere, ...credits.values()];
}
