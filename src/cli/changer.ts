import type { Client } from "./client.ts";
import type { Given } from "./command.ts";
import type { Context } from "./context.ts";

/** A person who changes a workload, and how. */
export interface Changer {
  readonly client: Client;
  readonly ctx: Context;
  readonly given: Given;
  readonly name: string;
}
