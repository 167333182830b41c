/** One try of a job's run, as a provider can be asked about it: `name` is made of workload, run and number, and unique. */
export interface RunRef {
  readonly run: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Provider-side name: `b` and 24 base32 characters, stored before the first call. */
  readonly name: string;
  /** When the provider was last told to start it, ms; absent before the first call. */
  readonly startedAt?: number | undefined;
}

/** The last four are final. `unknown`: it was started, and vanished before its end was read. */
export type RunPhase = "starting" | "running" | "succeeded" | "failed" | "stopped" | "unknown";

/** What a provider says of one try now. */
export interface RunObservation {
  readonly phase: RunPhase;
  /** The main container's, where the provider tells it. */
  readonly exitCode?: number | undefined;
  /** Why it is in this phase, in words for the user; always set when `phase` is `failed` or `unknown`. */
  readonly reason?: string | undefined;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  readonly lastLines: readonly string[];
  /** When the provider (not the broker) last looked, ms since the epoch. */
  readonly at: number;
}
