import { realmOf } from "../catalog/realms.ts";
import type { Offer } from "../domain/offer.ts";
import type { Place } from "../domain/place.ts";
import { REALM_NAMES } from "../domain/realm.ts";
import { matches } from "../policy/match.ts";
import type { PlaceMatch } from "../store/store.ts";

/**
 * The offer as a workload that runs in these places may take it: one in another realm is refused, for accounts, identities and
 * networks are others there, and often the law. Only a pin that names a target or a region goes there; nothing does by itself.
 */
export function keptInRealm(offer: Offer, places: readonly Place[], pin: PlaceMatch | undefined): Offer {
  const to = realmOf(offer.place);
  const from = places.map(realmOf).filter((realm) => realm !== undefined);
  const [first] = from;
  if (to === undefined || first === undefined || from.includes(to)) return offer;
  const named = pin?.target !== undefined || pin?.region !== undefined;
  if (pin !== undefined && named && matches(offer.place, pin)) return offer;
  const message = `the workload runs in ${REALM_NAMES[first]}, and nothing moves it to ${REALM_NAMES[to]} by itself: berth migrate, with its target or region, does`;
  return { ...offer, impossible: [...offer.impossible, { rule: "realm", message }] };
}
