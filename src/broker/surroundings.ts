import type { Needs } from "../domain/needs.ts";
import type { Offer } from "../domain/offer.ts";
import type { ResolvedImage } from "../domain/resolved-image.ts";
import type { Place } from "../domain/place.ts";
import type { Spec } from "../domain/spec.ts";
import { imageOf } from "../domain/template.ts";
import type { PlaceQuestion, WorkloadFacts } from "../policy/question.ts";
import { peersAt, usersAt } from "../policy/points.ts";
import type { Policy } from "../policy/policy.ts";
import { peerPoints } from "./peer-places.ts";
import type { Caller, Ports } from "./ports.ts";

/** What a placement is asked with beside needs and offers: facts of the workload, and where its users and peers are; `placed` tells where workloads run. */
export async function surroundings(
  ports: Pick<Ports, "store" | "books">,
  caller: Caller,
  made: MadeOf,
  needs: Needs,
  policy: Policy,
  offers: readonly Offer[],
  placed: ReadonlyMap<string, Place>,
): Promise<Pick<PlaceQuestion, "workload" | "users" | "peers">> {
  const { regions } = ports.books.current();
  return {
    workload: await workloadFacts(ports, caller, made),
    users: usersAt(policy.users, regions),
    peers: peersAt(needs, regions, peerPoints(needs, placed, offers, regions)),
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
