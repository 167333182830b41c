import type { PriceBook } from "../../catalog/book.ts";
import { cloudOffers } from "../../catalog/cloud-offers.ts";
import type { Needs } from "../../domain/needs.ts";
import type { Offer, Path } from "../../domain/offer.ts";
import { type CloudState, present, resourcesUsed } from "./cloud.ts";
import type { SandboxConfig } from "./config.ts";
import { replicasLeft } from "./quotas.ts";

/** The simulated cloud's own offers for one region, at this target: its prices and shapes, this sandbox's path and quota. */
export function sandboxOffers(
  sandbox: {
    readonly config: SandboxConfig;
    readonly target: string;
    readonly path: Path;
    readonly book: PriceBook;
  },
  needs: Needs,
  state: CloudState,
  now: number,
): readonly Offer[] {
  const { config, target, path, book } = sandbox;
  const { quota } = config.rules;
  // What the workload holds already may stay: a plan that keeps its units asks for no more room.
  const own = present(state, now).filter(
    (unit) => unit.workload === needs.workload && unit.goneAt === undefined,
  );
  const held = Math.max(0, ...own.map((unit) => unit.replicas.length));
  const capacityReplicas = Math.max(held, replicasLeft(quota, resourcesUsed(state, now, quota)));
  const here = (offer: Offer): Offer => ({
    ...offer,
    id: `${target}/${offer.id}`,
    place: { ...offer.place, target },
    path,
    capacityReplicas,
    simulated: true,
  });
  return cloudOffers(config.simulates, config.region, needs, book).map(here);
}
