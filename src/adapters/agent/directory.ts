import type { Observation } from "../../domain/observation.ts";
import type { Agent } from "../../store/instance.ts";
import type { StoredUnit } from "../../store/store.ts";
import type { LogQuery, UnitRef } from "../adapter.ts";

/** A try as its agent last reported it; nothing was heard of it yet where there is no report. */
export interface AgentTry {
  /** Id by which the agent knows it. */
  readonly id: string;
  readonly report?: Observation | undefined;
}

/** What the broker knows of its agents. Agents push: nothing here waits for a host, but for `logs`. */
export interface AgentDirectory {
  /** The agents that joined a pool, each with its last report. */
  agents(project: string, pool: string): Promise<readonly Agent[]>;
  /** Units stored for this agent that are not gone, each with what the agent last said of it. */
  unitsOn(agentId: string): Promise<readonly StoredUnit[]>;
  /** A try of a job by its name, with what the agent last said of it; undefined once nothing of it is held. */
  tryOn(agentId: string, name: string): Promise<AgentTry | undefined>;
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
