import type { AgentDirectory } from "../adapters/agent/directory.ts";
import { agentTry } from "../broker/agent-try.ts";
import { unitsOnHost } from "../broker/host-units.ts";
import { AdapterError } from "../domain/fault.ts";
import { ConnectError } from "../domain/upstream.ts";
import type { Store } from "../store/store.ts";

/** What the store's rows tell the agents' adapter. */
export function agentRows(store: Store): Pick<AgentDirectory, "agents" | "unitsOn" | "tryOn"> {
  return {
    agents: (project, pool) => store.agents(project, pool),
    unitsOn: async (agentId) => {
      const agent = await store.agent(agentId);
      return agent === undefined ? [] : unitsOnHost(store, agent);
    },
    tryOn: (agentId, name) => agentTry(store, agentId, name),
  };
}

/** Why an agent's line gave no logs of a unit, or a try, of this name. */
export function noLogsOf(name: string, cause: unknown): AdapterError {
  const why = cause instanceof ConnectError ? "the agent has no line open now; ask again" : String(cause);
  return new AdapterError("unavailable", `no logs of ${name}: ${why}`, { cause });
}
