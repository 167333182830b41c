import type { AgentDirectory } from "../../adapters/agent/directory.ts";
import { agentTry } from "../../broker/agent-try.ts";
import { unitsOnHost } from "../../broker/host-units.ts";
import { AdapterError } from "../../domain/fault.ts";
import { ConnectError } from "../../domain/upstream.ts";
import type { Store } from "../../store/store.ts";
import { objectOf, type LineStub, type Objects } from "./bindings.ts";
import { logsRequest, outcomeOf } from "./line-call.ts";

/** What the agents' adapter knows on Workers: the store's rows, and lines that end in objects of the edge Worker. */
export function lineDirectory(
  store: Store,
  lines: Objects<LineStub>,
  ring: (agentId: string) => void,
): AgentDirectory {
  return {
    agents: (project, pool) => store.agents(project, pool),
    unitsOn: async (agentId) => {
      const agent = await store.agent(agentId);
      return agent === undefined ? [] : unitsOnHost(store, agent);
    },
    tryOn: (agentId, name) => agentTry(store, agentId, name),
    ring,
    // Only the agent's object knows; a call that finds no line says so itself.
    connected: () => true,
    logs: async (agentId, ref, query, signal) => {
      try {
        const call = { agentId, unit: ref.id, ...query };
        const answer = await outcomeOf(await objectOf(lines, agentId).fetch(logsRequest(call, signal)));
        return answer.body ?? new Response("").body ?? new ReadableStream();
      } catch (error) {
        const why =
          error instanceof ConnectError ? "the agent has no line open now; ask again" : String(error);
        throw new AdapterError("unavailable", `no logs of ${ref.name}: ${why}`, { cause: error });
      }
    },
  };
}
