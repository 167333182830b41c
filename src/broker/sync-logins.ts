import type { HostLogin, SyncRequest } from "../domain/agent-protocol.ts";
import { Fault } from "../domain/fault.ts";
import { isLocalImage, registryOf } from "../domain/image.ts";
import type { Unit } from "../domain/plan.ts";
import type { Agent } from "../store/instance.ts";
import type { Ports } from "./ports.ts";
import { registryLogins } from "./registry-logins.ts";

/**
 * The logins an agent needs to pull what it has still to start: of the registries of those units that are not ready by its own word. At
 * rest there are none, and nothing is read. A login that cannot be opened is left out and logged.
 */
export async function loginsForSync(
  ports: Pick<Ports, "store" | "sealer" | "log">,
  agent: Agent,
  units: readonly Unit[],
  { observations }: Pick<SyncRequest, "observations">,
): Promise<readonly HostLogin[]> {
  const ready = new Set(observations.filter(({ phase }) => phase === "ready").map(({ unit }) => unit));
  const images = units
    .filter(({ id }) => !ready.has(id))
    .flatMap(({ template }) => [template, ...template.sidecars].map(({ image }) => image));
  const hosts = new Set(images.filter((image) => !isLocalImage(image)).map(registryOf));
  const read = registryLogins(ports);
  const tenant = { project: agent.project, environment: "" };
  const found = await Promise.all(
    [...hosts].map(async (host): Promise<readonly HostLogin[]> => {
      try {
        const login = await read(tenant, host, { signal: NEVER });
        return login === undefined ? [] : [{ host, ...login }];
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        ports.log("error", `the login for ${host} is not handed out: ${error.message}`, { agent: agent.id });
        return [];
      }
    }),
  );
  return found.flat();
}

const NEVER = new AbortController().signal;
