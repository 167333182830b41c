import type { Client } from "./client.ts";
import type { Given } from "./command.ts";
import type { Context } from "./context.ts";

/** A person at a command line, and the broker they talk to. */
export interface Caller {
  readonly client: Client;
  readonly ctx: Context;
  readonly given: Given;
}

/** A person who changes a workload. */
export interface Changer extends Caller {
  readonly name: string;
}
