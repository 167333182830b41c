import type { Agent } from "../../store/instance.ts";
import type { StoredUnit } from "../../store/store.ts";
import type { LogQuery, UnitRef } from "../adapter.ts";

/** What the broker knows of its agents. Agents push: nothing here waits for a host, but for `logs`. */
export interface AgentDirectory {
  /** The agents that joined a pool, each with its last report. */
  agents(project: string, pool: string): Promise<readonly Agent[]>;
  /** Units stored for this agent that are not gone, each with what the agent last said of it. */
  unitsOn(agentId: string): Promise<readonly StoredUnit[]>;
  /** Ask the agent to sync now. An optimisation: without a line nothing happens, and its next poll does the work. */
  ring(agentId: string): void;
  /** Whether the agent's line is open, here or at another process of this broker. */
  connected(agentId: string): boolean;
  /** NDJSON of a unit's log lines, over the agent's line. */
  logs(
    agentId: string,
    ref: UnitRef,
    query: LogQuery,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>>;
}
