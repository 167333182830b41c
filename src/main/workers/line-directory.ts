import type { AgentDirectory } from "../../adapters/agent/directory.ts";
import type { Store } from "../../store/store.ts";
import { agentRows, noLogsOf } from "../agent-rows.ts";
import { objectOf, type LineStub, type Objects } from "./bindings.ts";
import { logsRequest, outcomeOf } from "./line-call.ts";

/** What the agents' adapter knows on Workers: the store's rows, and lines that end in objects of the edge Worker. */
export function lineDirectory(
  store: Store,
  lines: Objects<LineStub>,
  ring: (agentId: string) => void,
): AgentDirectory {
  return {
    ...agentRows(store),
    ring,
    // Only the agent's object knows; a call that finds no line says so itself.
    connected: () => true,
    logs: async (agentId, ref, query, signal) => {
      try {
        const call = { agentId, unit: ref.id, ...query };
        const answer = await outcomeOf(await objectOf(lines, agentId).fetch(logsRequest(call, signal)));
        return answer.body ?? new Response("").body ?? new ReadableStream();
      } catch (error) {
        throw noLogsOf(ref.name, error);
      }
    },
  };
}
