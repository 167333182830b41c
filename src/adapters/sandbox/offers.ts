import type { Needs } from "../../domain/needs.ts";
import type { Offer } from "../../domain/offer.ts";
import type { Account } from "./account.ts";
import { replicasLeft, resourcesFor } from "./quotas.ts";
import type { Sandbox } from "./session.ts";

/** Offers of the simulated cloud as this sandbox has them: reached as its units are, with the room that its quota leaves. */
export function offersHere(
  sandbox: Sandbox,
  offers: readonly Offer[],
  needs: Needs,
  account: Account,
  now: number,
): readonly Offer[] {
  const { cloud, rules, config, ports } = sandbox;
  const { quota } = config.rules;
  const units = cloud.units(account.cloud, rules, now);
  const used = units.reduce((sum, unit) => sum + resourcesFor(quota, unit.replicas), 0);
  // What the workload holds already may stay: a plan that keeps its units asks for no more room.
  const own = units.filter((unit) => unit.workload === needs.workload && !unit.isDeleting);
  const held = Math.max(0, ...own.map(({ replicas }) => replicas));
  const left = replicasLeft(quota, used);
  return offers.map((offer) => ({
    ...offer,
    path: ports.sandboxServers.path,
    capacityReplicas: Math.max(held, Math.min(left, offer.capacityReplicas ?? left)),
    simulated: true,
  }));
}
