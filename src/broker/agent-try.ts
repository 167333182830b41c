import type { AgentTry } from "../adapters/agent/directory.ts";
import type { Store } from "../store/store.ts";

/** A try that an agent holds, by its name; undefined when it holds nothing of it (any more). */
export async function agentTry(
  store: Pick<Store, "attemptsOn">,
  agentId: string,
  name: string,
): Promise<AgentTry | undefined> {
  const found = (await store.attemptsOn(agentId)).find(({ attempt }) => attempt.name === name);
  return found && { id: found.attempt.id, report: found.report };
}
