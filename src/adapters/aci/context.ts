import type { CloudPorts } from "../cloud-ports.ts";
import type { AciApi } from "./api.ts";
import type { AciConfig } from "./config.ts";
import type { SightMemory } from "./sight-memory.ts";

/** What every verb works with. */
export interface AciContext {
  readonly api: AciApi;
  readonly config: AciConfig;
  readonly target: string;
  readonly ports: CloudPorts;
  readonly memory: SightMemory;
}
