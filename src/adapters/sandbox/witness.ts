import type { Observation } from "../../domain/observation.ts";
import type { Call } from "../adapter.ts";
import type { CloudClient } from "./client.ts";
import { type CloudState, type CloudUnit, present } from "./cloud.ts";
import type { SandboxConfig } from "./config.ts";
import type { SandboxServers } from "./serving.ts";
import { isServing, observationOf, readyReplicas } from "./view.ts";

/** Says what the simulated cloud sees of a unit, and sees to it that what is ready answers. */
export interface Witness {
  observe(unit: CloudUnit, call: Call): Promise<Observation>;
  /** Stop answering for units that are being deleted or gone, whoever deleted them. */
  tidy(state: CloudState): Promise<void>;
}

/** The witness of one target in this process. */
export function witnessOf(
  config: SandboxConfig,
  cloud: CloudClient,
  servers: SandboxServers,
  now: () => number,
): Witness {
  const answering = new Set<string>();
  return {
    async observe(unit, call) {
      if (!isServing(unit, now())) return observationOf(unit, now(), servers.path);
      const { id, name, workload, image, url } = unit;
      const replicas = readyReplicas(unit, now());
      const served = {
        id,
        name,
        workload,
        image,
        provider: config.simulates,
        region: config.region,
        replicas,
        url,
      };
      try {
        const serving = await servers.ensure(served);
        answering.add(id);
        if (serving !== url) await cloud.send({ do: "served", name, url: serving }, call);
        return observationOf({ ...unit, url: serving }, now(), servers.path);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        const seen = observationOf({ ...unit, url: undefined }, now(), servers.path);
        return { ...seen, phase: "unready", ready: 0, reason: `The sandbox cannot answer for it: ${why}` };
      }
    },
    async tidy(state) {
      const standing = new Set(
        present(state, now()).flatMap((unit) => (unit.goneAt === undefined ? [unit.id] : [])),
      );
      for (const id of answering) {
        if (standing.has(id)) continue;
        answering.delete(id);
        await servers.drop(id);
      }
    },
  };
}
