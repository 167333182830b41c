import type { AgentDirectory } from "../adapters/agent/directory.ts";
import type { LineHub } from "../agent/line/broker-end.ts";
import type { Store } from "../store/store.ts";
import { agentRows, noLogsOf } from "./agent-rows.ts";

/** What the agents' adapter knows: the store's rows, and the lines that end in this process. */
export function agentDirectory(store: Store, hub: LineHub): AgentDirectory {
  return {
    ...agentRows(store),
    ring: (agentId) => void hub.ring(agentId),
    connected: (agentId) => hub.connected(agentId),
    logs: async (agentId, ref, query, signal) => {
      try {
        return await hub.logs(agentId, ref.id, query, signal);
      } catch (error) {
        throw noLogsOf(ref.name, error);
      }
    },
  };
}
