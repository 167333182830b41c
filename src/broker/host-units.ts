import type { Agent, Target } from "../store/instance.ts";
import type { Store, StoredUnit } from "../store/store.ts";

/** The targets through which units come to an agent: its project's pools of that name. */
export async function poolTargets(store: Pick<Store, "targets">, agent: Agent): Promise<readonly Target[]> {
  const targets = await store.targets(agent.project);
  return targets.filter((target) => target.kind === "agents" && target.config["pool"] === agent.pool);
}

/** Units placed on this host that are not gone. */
export async function unitsOnHost(
  store: Pick<Store, "targets" | "unitsAt">,
  agent: Agent,
): Promise<readonly StoredUnit[]> {
  const targets = await poolTargets(store, agent);
  const units = await Promise.all(targets.map((target) => store.unitsAt(target.id)));
  return units.flat().filter((stored) => stored.unit.place.host === agent.id);
}
