import type { Trouble } from "./fault.ts";
import type { Job } from "./spec.ts";

/** One try of a job's run, as a provider can be asked about it: `name` is made of workload, run and number, and unique. */
export interface RunRef {
  readonly run: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Provider-side name: `b` and 24 base32 characters, stored before the first call. */
  readonly name: string;
  /** When the provider was last told to start it, ms; absent before the first call. */
  readonly startedAt?: number | undefined;
  /** How long it may take by its job; absent where whoever asks does not know. */
  readonly timeoutSeconds?: number | undefined;
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

/** `pending`: nothing was started yet. `stopping`: somebody wants it ended, and tries are still on their way out. */
export const RUN_STATES = ["pending", "running", "stopping", "succeeded", "failed", "stopped"] as const;
export type RunState = (typeof RUN_STATES)[number];

/** One execution of a job, with everything it began with: a later plan changes nothing of it. */
export interface Run {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly workload: string;
  /** The plan that was in force when it began, and what that plan deployed. */
  readonly plan: string;
  readonly generation: number;
  readonly revision: string;
  readonly trigger: "manual" | "schedule";
  /** The moment of its schedule it was started for, ms. */
  readonly scheduledFor?: number | undefined;
  readonly actor: string;
  readonly reason: string;
  readonly job: RunRules;
  /**
   * The units its containers run as: the first `replicas` indexes on the first, and so on. One that its next tries have left stays listed
   * with none, for what is left of the tries before is there.
   */
  readonly units: readonly { readonly id: string; readonly replicas: number }[];
  /** Why its next tries have no other place yet; absent while nobody looks for one. */
  readonly placing?: Placing | undefined;
  readonly state: RunState;
  /** Why it is in this state, in words. */
  readonly stateReason?: string | undefined;
  readonly stop?: { readonly actor: string; readonly reason: string; readonly at: number } | undefined;
  readonly createdAt: number;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
}

/** Another place was asked for, and there was none. */
export interface Placing {
  /** When to ask again, ms. */
  readonly notBefore: number;
  /** Why there was none, in words for the user. */
  readonly message: string;
  /** Since when a try cannot begin for want of a place, ms; absent while it may go on where it is. */
  readonly since?: number | undefined;
}

/** What a run keeps of its job's settings. */
export type RunRules = Pick<Job, "retries" | "timeoutSeconds" | "parallelism" | "retryUnknown">;

/** One try of one index of a run, as it is stored: its name before the first call, its end for ever. */
export interface Attempt {
  /** Counts from 1 over the whole run, whatever the index. */
  readonly number: number;
  /** Which of the run's containers it is, from 0. */
  readonly index: number;
  /** 40 hex characters, made of workload, run and number. */
  readonly id: string;
  /** Provider-side name: `b` and 24 base32 characters of the id. */
  readonly name: string;
  /** The unit it runs as. */
  readonly unit: string;
  readonly phase: RunPhase;
  /** When the provider was first told to start it, ms. */
  readonly sentAt: number;
  /** When a call that starts it was first answered, ms; absent while every answer was lost or a no. */
  readonly answeredAt?: number | undefined;
  /** When it was last looked at, ms. */
  readonly lookedAt?: number | undefined;
  readonly exitCode?: number | undefined;
  readonly reason?: string | undefined;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  /** Last log lines; only where they are asked for. */
  readonly lastLines: readonly string[];
  /** Why it is being ended early. Written before the call. */
  readonly stop?: AttemptStop | undefined;
  readonly setback?: RunSetback | undefined;
  /** Nothing of it is kept at its provider any more. */
  readonly released: boolean;
}

/**
 * Why a try is ended early. `lost`: its host is out of reach and has stopped it by itself. `refused`: its place did not let it begin, and
 * another place is there; such a try is none of those that the job allows.
 */
export interface AttemptStop {
  readonly why: "asked" | "timeout" | "lost" | "refused";
  readonly because: string;
  readonly at: number;
}

/** What went wrong with the last call for a try; `notBefore` is when to call again, absent when that never helps. */
export interface RunSetback {
  readonly kind: Trouble;
  readonly message: string;
  readonly attempts: number;
  readonly notBefore?: number | undefined;
}

/** What a try's container is told by variables of its own; whatever else it is told, all tries of its unit are. */
export const TRY_VARIABLES = ["BERTH_RUN", "BERTH_ATTEMPT", "BERTH_TASK_INDEX", "BERTH_TASK_COUNT"] as const;
export type TryVariable = (typeof TRY_VARIABLES)[number];

/** The newest ended runs of a workload that are kept. */
export const RUNS_KEPT = 200;

const FINAL: ReadonlySet<RunPhase> = new Set(["succeeded", "failed", "stopped", "unknown"]);
const OVER: ReadonlySet<RunState> = new Set(["succeeded", "failed", "stopped"]);

/** Whether a try is at its end, for good. */
export function isFinal({ phase }: Pick<Attempt, "phase">): boolean {
  return FINAL.has(phase);
}

/** Whether a run is at its end, for good. */
export function isOver({ state }: Pick<Run, "state">): boolean {
  return OVER.has(state);
}

/** A try as its provider is asked about it. */
export function runRef(
  run: Pick<Run, "id" | "job">,
  attempt: Pick<Attempt, "number" | "name" | "sentAt" | "answeredAt" | "stop">,
): RunRef {
  const { timeoutSeconds } = run.job;
  return {
    run: run.id,
    attempt: attempt.number,
    name: attempt.name,
    // The last call that starts it was sent no later: until its answer, or else until it was to be ended.
    startedAt: attempt.answeredAt ?? attempt.stop?.at ?? attempt.sentAt,
    timeoutSeconds,
  };
}
