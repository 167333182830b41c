import type { Observation } from "../../domain/observation.ts";
import type { SimulatedUnit } from "../simulated-cloud.ts";
import type { Account } from "./account.ts";
import type { Sandbox } from "./session.ts";

/** Sees to it that what is up in a simulated cloud answers, and says where. */
export interface Witness {
  /** What the cloud says of units, each at the address where it answers; and the addresses that the account does not have yet. */
  look(
    observations: readonly Observation[],
    account: Account,
    now: number,
  ): Promise<{ readonly observations: readonly Observation[]; readonly moved: ReadonlyMap<string, string> }>;
  /** Stop answering for units that are being deleted or gone, whoever deleted them. */
  tidy(account: Account, now: number): Promise<void>;
}

/** The witness of one target in this process. */
export function witnessOf({ cloud, rules, config, ports }: Sandbox): Witness {
  const { sandboxServers: servers } = ports;
  const answering = new Set<string>();
  const unitsIn = (account: Account, now: number) =>
    new Map(cloud.units(account.cloud, rules, now).map((unit) => [unit.id, unit]));
  return {
    async look(observations, account, now) {
      const units = unitsIn(account, now);
      const moved = new Map<string, string>();
      const seen: Observation[] = [];
      for (const one of observations) {
        const unit = units.get(one.unit);
        const isUp = unit?.isRouted === true && one.ready > 0 && !unit.isDeleting && one.phase !== "failed";
        seen.push(isUp ? await served(one, unit, account, moved) : { ...one, endpoints: [] });
      }
      return { observations: seen, moved };
    },
    async tidy(account, now) {
      const units = unitsIn(account, now);
      for (const id of answering) {
        if (units.get(id)?.isDeleting === false) continue;
        answering.delete(id);
        await servers.drop(id);
      }
    },
  };

  async function served(
    seen: Observation,
    unit: SimulatedUnit,
    account: Account,
    moved: Map<string, string>,
  ): Promise<Observation> {
    const { id, name, workload } = unit;
    const { image = "", url } = account.answers[id] ?? {};
    const { simulates: provider, region } = config;
    try {
      const serving = await servers.ensure({
        id,
        name,
        workload,
        image,
        provider,
        region,
        replicas: seen.ready,
        url,
      });
      answering.add(id);
      if (serving !== url) moved.set(id, serving);
      const { transport, bypassable } = servers.path;
      // One address for all replicas, as a cloud's own balancer in front of a service.
      return { ...seen, endpoints: [{ replica: 0, url: serving, transport, bypassable, ready: true }] };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const reason = `The sandbox cannot answer for it: ${why}`;
      return { ...seen, phase: "unready", ready: 0, endpoints: [], reason };
    }
  }
}
