import type { Needs } from "../../domain/needs.ts";
import type { Draw, Offer } from "../../domain/offer.ts";
import type { Target } from "../../store/instance.ts";
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
  const { cloud, rules, config, ports, target } = sandbox;
  const { quota } = config.rules;
  const units = cloud.units(account.cloud, rules, now);
  const used = units.reduce((sum, unit) => sum + resourcesFor(quota, unit.replicas), 0);
  // What the workload holds already may stay: a plan that keeps its units asks for no more room.
  const own = units.filter((unit) => unit.workload === needs.workload && !unit.isDeleting);
  const held = Math.max(0, ...own.map(({ replicas }) => replicas));
  const left = replicasLeft(quota, used);
  // Where each replica is a resource of its own, those that are held have taken theirs of it.
  const isEach = quota.replicasPerResource === 1;
  const most = isEach ? held + left : left;
  const whole = isEach ? [{ pool: accountOf(target), replicas: left }] : [];
  return offers.map(({ draws = [], ...offer }) => {
    const rooms = [...whole, ...draws.map((draw) => within(target, draw))];
    return {
      ...offer,
      path: ports.sandboxServers.path,
      capacityReplicas: Math.max(held, Math.min(most, offer.capacityReplicas ?? most)),
      ...(rooms.length === 0 ? {} : { draws: rooms }),
      simulated: true,
    };
  });
}

// Each target is an account of its own; its name may be another's too, the instance's and a project's, and its id is not.
const accountOf = ({ id }: Target): string => `sandbox/${id}`;

// All simulated accounts of a cloud have one number.
const within = (target: Target, draw: Draw): Draw => ({
  ...draw,
  pool: `${accountOf(target)}/${draw.pool}`,
});
