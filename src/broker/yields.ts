import type { Offer } from "../domain/offer.ts";
import type { Yield } from "../domain/plan.ts";

/** What some offers have less than others of the same ids, grouped by what that is: what a plan of a change must be made with again. */
export function yieldsOf(before: readonly Offer[], after: readonly Offer[]): readonly Yield[] {
  const groups = new Map<string, Yield>();
  for (const [at, offer] of after.entries()) {
    const whole = before[at];
    if (whole === undefined || whole === offer) continue;
    const replicas = whole.capacityReplicas === offer.capacityReplicas ? undefined : offer.capacityReplicas;
    const reasons = offer.impossible.slice(whole.impossible.length);
    const key = JSON.stringify([replicas, reasons]);
    const same = groups.get(key);
    groups.set(key, { offers: [...(same?.offers ?? []), offer.id], replicas, reasons });
  }
  return [...groups.values()];
}

/** An offer with what the change that a workload was decided in left of it. */
export function withYield(offer: Offer, yields: readonly Yield[] | undefined): Offer {
  const mine = yields?.find(({ offers }) => offers.includes(offer.id));
  if (mine === undefined) return offer;
  const { replicas, reasons } = mine;
  const room =
    replicas === undefined ? offer.capacityReplicas : Math.min(replicas, offer.capacityReplicas ?? replicas);
  return { ...offer, capacityReplicas: room, impossible: [...offer.impossible, ...reasons] };
}
