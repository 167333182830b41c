import type { Observation } from "../domain/observation.ts";
import type { Attempt, Run, RunState } from "../domain/run.ts";
import type { Unit } from "../domain/plan.ts";
import type { CommitMoney } from "./money.ts";
import type { NewEvent, Scope, StoredUnit } from "./records.ts";

/** How far a workload's schedule has been dealt with. Another schedule begins anew. */
export interface Scheduled {
  /** The schedule and its zone, as one text. */
  readonly key: string;
  /** The last moment that was dealt with, ms. */
  readonly at: number;
}

/** A unit as a look at its target is told of it. */
export interface UnitAt extends StoredUnit {
  /** Names of its tries of which something may be there; none but a job's has any. */
  readonly tries: readonly string[];
}

/** What a claim of a workload tells of its runs. */
export interface ClaimedRuns {
  /** Units that a run still uses: none of them may go. */
  readonly units: ReadonlySet<string>;
  /** Runs that are not over. */
  readonly open: readonly string[];
  readonly scheduled?: Scheduled | undefined;
}

/** What a pass over a workload writes of its runs. */
export interface ScheduleProgress {
  /** Dealt with up to here. */
  readonly scheduled: Scheduled;
  /** The run that begins; absent where none does. */
  readonly run?: Run | undefined;
  /** Ask every run before it to end. */
  readonly replaces?: NonNullable<Run["stop"]> | undefined;
}

/** A due run, leased. `fence` goes into every write. */
export interface RunClaim {
  readonly scope: Scope;
  readonly run: Run;
  readonly workloadId: string;
  /** All of them, without their last lines. */
  readonly attempts: readonly Attempt[];
  /** The units it runs as. */
  readonly units: readonly StoredUnit[];
  /** The workload is being removed, or gone. */
  readonly removing: boolean;
  readonly fence: number;
  readonly leaseUntil: number;
}

/** What a pass writes of one try. What is absent stays as it is; nothing but `released` and `setback` changes in one that has ended. */
export type AttemptStep = Pick<Attempt, "number"> &
  Partial<
    Pick<
      Attempt,
      | "phase"
      | "answeredAt"
      | "lookedAt"
      | "exitCode"
      | "reason"
      | "startedAt"
      | "endedAt"
      | "lastLines"
      | "stop"
      | "released"
    >
  > & {
    /** `null` clears it. */
    readonly setback?: Attempt["setback"] | null;
  };

/** Units that a run gets for its next tries: those of a plan in force, or some that are made for it alone. */
export interface RunPlacing {
  /** All the run's units from now on. */
  readonly units: Run["units"];
  /** The plan in force whose units the new ones are. */
  readonly of?: string | undefined;
  /** Units that no plan wants: they stand until the run is done. */
  readonly newUnits: readonly Unit[];
  /** What the new units cost by the second. */
  readonly terms: CommitMoney["terms"];
}

/** What one pass over a run writes, all of it or (when the fence is stale) none. */
export interface RunProgress {
  readonly now: number;
  /** Tries that begin with this pass; one that is stored already stays as it is. */
  readonly begun?: readonly Attempt[] | undefined;
  readonly steps?: readonly AttemptStep[] | undefined;
  readonly state?: RunState | undefined;
  readonly reason?: string | undefined;
  /** Where its next tries begin. Written only while all its new units stand, those of a plan only while that is in force. */
  readonly placed?: RunPlacing | undefined;
  /** `null` clears it. */
  readonly placing?: Run["placing"] | null;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  /** It is over and nothing of it is kept anywhere: its units are free. */
  readonly done?: boolean | undefined;
  readonly events?: readonly NewEvent[] | undefined;
  /** Next time to look; absent keeps the row out of the queue. */
  readonly dueAt?: number | undefined;
  readonly release?: boolean | undefined;
}

/** A try as the agent that makes it is told of it. */
export interface HostAttempt {
  readonly run: Run;
  readonly attempt: Attempt;
  readonly unit: StoredUnit;
  /** What the agent last said of it. */
  readonly report?: Observation | undefined;
}

/** The part of the store that keeps the runs of jobs. */
export interface RunStore {
  /**
   * Begins a run, while the plan it names is in force, its units stand and fewer than `most` runs of the workload are under way. Ended
   * runs beyond the newest `keep` go. "overtaken": another plan is in force by now.
   */
  startRun(
    scope: Scope,
    run: Run,
    bounds: { readonly most: number; readonly keep: number },
  ): Promise<"started" | "overtaken" | "too-many">;
  run(scope: Scope, workload: string, id: string): Promise<Run | undefined>;
  /** Newest first; those that began before `before` where it is given. Also of a workload that is gone. */
  runs(
    scope: Scope,
    workload: string,
    query: { readonly before?: number | undefined; readonly limit: number },
  ): Promise<readonly Run[]>;
  /** The tries of a run in their order, with their last lines. */
  attempts(scope: Scope, workload: string, run: string): Promise<readonly Attempt[]>;
  /**
   * Asks runs that are not over to end: this one, or all of the workload's, and then whatever is left of ended ones is looked at now, too.
   * The first word stays. How many were asked.
   */
  stopRuns(scope: Scope, workload: string, stop: NonNullable<Run["stop"]>, id?: string): Promise<number>;

  /** Lease up to `most` runs that are due, of this project only where one is given: those that have waited longest, and they first. */
  claimRuns(now: number, leaseMs: number, most: number, project?: string): Promise<readonly RunClaim[]>;
  /** False when the fence was stale: nothing was written. */
  recordRun(claim: RunClaim, progress: RunProgress): Promise<boolean>;

  /** The try of a name among those of a workload's unit, with its run; undefined when no such try is recorded (any more). */
  attemptNamed(
    scope: Scope,
    workload: string,
    unit: string,
    name: string,
  ): Promise<{ readonly run: Run; readonly attempt: Attempt } | undefined>;

  /** Tries that this agent makes or still holds something of. */
  attemptsOn(agent: string): Promise<readonly HostAttempt[]>;
  /** Keeps what an agent says of its own tries and makes the runs due whose tries changed; how many did. */
  attemptsHeard(agent: string, observations: readonly Observation[], now: number): Promise<number>;
}
