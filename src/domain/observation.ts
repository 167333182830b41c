import type { Because } from "./feature.ts";
import type { EndpointAuth } from "./identity-token.ts";

/** What a provider says of one unit now. */
export interface Observation {
  readonly unit: string;
  readonly phase: Phase;
  readonly ready: number;
  readonly replicas: number;
  readonly endpoints: readonly Endpoint[];
  /** Why it is in this phase, in words for the user; always set when `phase` is `failed`. */
  readonly reason?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly restarts: number;
  /** Last log lines, set when a container has died. */
  readonly lastLines: readonly string[];
  /** Not in the last complete look, though too young for that to be believed: what it says above is no longer confirmed. */
  readonly missing?: true | undefined;
  /** When the provider (not the broker) last looked, ms since the epoch. */
  readonly at: number;
}

/** `failed` is the provider's or agent's verdict that waiting will not help: it exited too often, or cannot start. */
export type Phase = "creating" | "starting" | "ready" | "unready" | "failed" | "stopping" | "stopped";

/** One address of one replica. `url` is `http(s)://host:port`, or `line://agentId/unit/replica/port` through an agent's line. */
export interface Endpoint {
  readonly replica: number;
  readonly url: string;
  readonly transport: "tls" | "plain" | "line";
  readonly bypassable: boolean;
  readonly ready: boolean;
  /** Set where only callers with an identity are let in. */
  readonly auth?: EndpointAuth | undefined;
}

/** One look at a target. Absence counts only when `complete`. */
export interface Sighting {
  readonly complete: boolean;
  readonly observations: readonly Observation[];
  /**
   * Resources that carry our mark but that this database does not know: units, each once, and tries of jobs whose unit it does know, by
   * the try's own name. Reported, never destroyed.
   */
  readonly unrecognised: readonly Unrecognised[];
}

export interface Unrecognised {
  readonly unit: string;
  /** The unit's; a try's own where the unit is known. */
  readonly name: string;
  readonly project: string;
  /** Absent where the mark does not tell. */
  readonly environment?: string | undefined;
  readonly workload: string;
  /** Where it was seen; absent where the target has no regions. */
  readonly region?: string | undefined;
  readonly detail: string;
  /** Where no call removes it: why, and how its owner does. */
  readonly byHand?: Because | undefined;
}
