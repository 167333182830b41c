import type { AgentDirectory } from "../adapters/agent/directory.ts";
import { ConnectError } from "../domain/upstream.ts";
import { AdapterError } from "../domain/fault.ts";
import type { LineHub } from "../agent/line/broker-end.ts";
import { agentTry } from "../broker/agent-try.ts";
import { unitsOnHost } from "../broker/host-units.ts";
import type { Store } from "../store/store.ts";

/** What the agents' adapter knows: the store's rows, and the lines that end in this process. */
export function agentDirectory(store: Store, hub: LineHub): AgentDirectory {
  return {
    agents: (project, pool) => store.agents(project, pool),
    unitsOn: async (agentId) => {
      const agent = await store.agent(agentId);
      return agent === undefined ? [] : unitsOnHost(store, agent);
    },
    tryOn: (agentId, name) => agentTry(store, agentId, name),
    ring: (agentId) => void hub.ring(agentId),
    connected: (agentId) => hub.connected(agentId),
    logs: async (agentId, ref, query, signal) => {
      try {
        return await hub.logs(agentId, ref.id, query, signal);
      } catch (error) {
        const why =
          error instanceof ConnectError ? "the agent has no line open now; ask again" : String(error);
        throw new AdapterError("unavailable", `no logs of ${ref.name}: ${why}`, { cause: error });
      }
    },
  };
}
