import type { Region } from "../catalog/book.ts";
import { cloudNamed } from "../catalog/cloud-names.ts";
import type { Needs } from "../domain/needs.ts";
import type { PeerAt, UsersAt } from "./question.ts";
import type { Users } from "./soft-rules.ts";

/** A point of the earth, in degrees. */
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** Where a region is: `ecs/eu-west-1`, under any name of its cloud (`aws/eu-west-1`); undefined when no catalog has it. */
export function pointIn(regions: readonly Region[], place: string): Point | undefined {
  const [named = "", id] = place.split("/");
  const provider = cloudNamed(named);
  const region = regions.find((one) => one.provider === provider && one.id === id);
  return region && { latitude: region.latitude, longitude: region.longitude };
}

/** The users of a policy, in degrees; those at a place nobody knows are left out. */
export function usersAt(users: readonly Users[], regions: readonly Region[]): readonly UsersAt[] {
  return users.flatMap(({ place, weight = 1 }) => {
    const point = typeof place === "string" ? pointIn(regions, place) : place;
    return point === undefined ? [] : [{ latitude: point.latitude, longitude: point.longitude, weight }];
  });
}

/**
 * What the needs ask to be near, with where that is: a place of the catalog, or a workload or place that `elsewhere` knows. One whose
 * whereabouts nobody knows has no point, and then no place can be said to be near it.
 */
export function peersAt(
  { talksTo }: Pick<Needs, "talksTo">,
  regions: readonly Region[],
  elsewhere: ReadonlyMap<string, Point>,
): readonly PeerAt[] {
  return talksTo.flatMap(({ place, workload, name, maxLatencyMs }, index) => {
    if (maxLatencyMs === undefined) return [];
    const named = workload ?? place ?? "";
    const point = elsewhere.get(named) ?? (workload === undefined ? pointIn(regions, named) : undefined);
    const label = name ?? workload ?? place ?? "its peer";
    return [{ pointer: `/talksTo/${index}`, label, maxLatencyMs, ...point }];
  });
}
