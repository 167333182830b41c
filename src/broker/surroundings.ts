import type { Needs } from "../domain/needs.ts";
import type { Offer } from "../domain/offer.ts";
import type { ResolvedImage } from "../domain/resolved-image.ts";
import { samePlace } from "../domain/place.ts";
import type { Spec } from "../domain/spec.ts";
import { imageOf } from "../domain/template.ts";
import type { PlaceQuestion, WorkloadFacts } from "../policy/question.ts";
import { peersAt, pointIn, usersAt, type Point } from "../policy/points.ts";
import type { Policy } from "../policy/policy.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";

/** What a placement is asked with beside needs and offers: facts of the workload, and where its users and peers are. */
export async function surroundings(
  ports: Pick<Ports, "store" | "books">,
  caller: Caller,
  made: MadeOf,
  needs: Needs,
  policy: Policy,
  offers: readonly Offer[],
): Promise<Pick<PlaceQuestion, "workload" | "users" | "peers">> {
  const { regions } = ports.books.current();
  const peers = needs.talksTo.filter(({ maxLatencyMs }) => maxLatencyMs !== undefined);
  const names = peers.flatMap(({ workload }) => workload ?? []);
  return {
    workload: await workloadFacts(ports, caller, made),
    users: usersAt(policy.users, regions),
    peers: peersAt(needs, regions, await pointsOf(ports, caller, names, offers)),
  };
}

/** A spec, and what its images were resolved to. */
export interface MadeOf {
  readonly spec: Spec;
  readonly images: readonly ResolvedImage[];
}

async function workloadFacts(
  { store }: Pick<Ports, "store">,
  caller: Caller,
  { spec, images }: MadeOf,
): Promise<WorkloadFacts> {
  const digest = imageOf(images, spec.image)?.digest;
  const tagged = spec.sidecars
    .map(({ image }) => image)
    .filter((image) => imageOf(images, image) === undefined && !image.includes("@"));
  const environment = await store.environment(caller.project.id, caller.environment);
  return {
    project: caller.project.name,
    projectLabels: caller.project.labels,
    environment: caller.environment,
    environmentClass: environment?.class ?? "production",
    environmentLabels: environment?.labels ?? {},
    protected: environment?.protected ?? false,
    image: spec.image,
    ...(digest === undefined ? {} : { digest }),
    ...(tagged.length === 0 ? {} : { tagged }),
    priority: spec.priority,
    singleton: spec.singleton,
  };
}

// A peer is where its first standing unit is: by the catalog, or by what a target says of itself among the offers.
async function pointsOf(
  ports: Pick<Ports, "store" | "books">,
  caller: Caller,
  names: readonly string[],
  offers: readonly Offer[],
): Promise<ReadonlyMap<string, Point>> {
  const { regions } = ports.books.current();
  const found = await Promise.all(
    [...new Set(names)].map(async (name) => {
      const units = await ports.store.units(scopeOf(caller), name);
      const place = units.find(({ state }) => state === "wanted")?.unit.place;
      if (place === undefined) return [];
      const here = offers.find((offer) => samePlace(offer.place, place))?.location;
      const point = here ?? pointIn(regions, `${place.provider}/${place.region}`);
      return point === undefined ? [] : [[name, point] as const];
    }),
  );
  return new Map(found.flat());
}
