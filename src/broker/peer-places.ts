import type { Needs } from "../domain/needs.ts";
import type { Offer } from "../domain/offer.ts";
import { type Place, samePlace } from "../domain/place.ts";
import type { Region } from "../catalog/book.ts";
import { pointIn, type Point } from "../policy/points.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";

/** Where each workload that the needs talk to runs, by its name: the place of its first standing unit. One that runs nowhere is not in it. */
export async function peerPlaces(
  ports: Pick<Ports, "store">,
  caller: Caller,
  { talksTo }: Pick<Needs, "talksTo">,
): Promise<ReadonlyMap<string, Place>> {
  const names = new Set(talksTo.flatMap(({ workload }) => workload ?? []));
  const found = await Promise.all(
    [...names].map(async (name) => {
      const units = await ports.store.units(scopeOf(caller), name);
      const place = units.find(({ state }) => state === "wanted")?.unit.place;
      return place === undefined ? [] : [[name, place] as const];
    }),
  );
  return new Map(found.flat());
}

/** The needs with the place of each workload that they talk to filled in, so that its traffic is priced as that of any place. */
export function withPeerPlaces(needs: Needs, places: ReadonlyMap<string, Place>): Needs {
  const talksTo = needs.talksTo.map((peer) => {
    const place = peer.workload === undefined ? undefined : places.get(peer.workload);
    return place === undefined ? peer : { ...peer, place: nameOf(place) };
  });
  return { ...needs, talksTo };
}

/**
 * Where peers are, in degrees, by the workload's name or the place as it is written: as the catalog says, or as a target says of itself
 * among the offers.
 */
export function peerPoints(
  { talksTo }: Pick<Needs, "talksTo">,
  places: ReadonlyMap<string, Place>,
  offers: readonly Offer[],
  regions: readonly Region[],
): ReadonlyMap<string, Point> {
  const points = talksTo.flatMap(({ workload, place: named }) => {
    const place = workload === undefined ? undefined : places.get(workload);
    const here = offers.find((offer) =>
      place === undefined ? nameOf(offer.place) === named : samePlace(offer.place, place),
    )?.location;
    const label = place === undefined ? named : nameOf(place);
    const point = here ?? (label === undefined ? undefined : pointIn(regions, label));
    const key = workload ?? named;
    return point === undefined || key === undefined ? [] : [[key, point] as const];
  });
  return new Map(points);
}

/** A place as `talksTo` writes it. */
const nameOf = ({ provider, region }: Place): string => `${provider}/${region}`;
