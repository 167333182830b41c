import type { Limits } from "./limits.ts";

/** A call that would change the host, exactly as it would be sent. */
export interface Request {
  readonly verb: string;
  /** Name of the container to create. */
  readonly name?: string | undefined;
  readonly image?: string | undefined;
  readonly payload?: unknown;
}

/** What the verdict rests on: the owner's limits, where ports may be bound, and how many containers there are. */
export interface Rules {
  readonly limits: Limits;
  /** The only addresses a port may be published on. */
  readonly publishOn: readonly string[];
  readonly holding: number;
}
