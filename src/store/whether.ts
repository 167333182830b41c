import type { Exception, Person } from "../domain/exception.ts";
import type { Plan, Trigger } from "../domain/plan.ts";
import type { NewEvent, Scope } from "./records.ts";

/** Somebody's word on a plan or an exception. */
export interface Approval extends Person {
  readonly at: number;
  /** Of a plan: its content hash as they saw it. */
  readonly hash: string;
}

/** How a held plan ends without being committed. */
export interface HeldEnd {
  readonly state: "aborted" | "expired" | "superseded";
  readonly reason: string;
  readonly event: NewEvent;
}

/** An exception as it is kept. */
export interface StoredException extends Exception {
  readonly project: string;
  /** When it lapsed or was withdrawn, ms. */
  readonly endedAt?: number | undefined;
}

/** A project's red switch. */
export interface Automation {
  readonly enabled: boolean;
  readonly reason: string;
  readonly actor: string;
  readonly changedAt: number;
}

/** The part of the store that keeps what decides whether a change may happen. */
export interface WhetherStore {
  /** Keeps a plan that waits, in one batch with its events; the workload's other held plans become superseded. */
  holdPlan(scope: Scope, plan: Plan, lookAt: number, events: readonly NewEvent[]): Promise<void>;
  /** The held plan of a workload. */
  heldPlan(scope: Scope, workload: string): Promise<Plan | undefined>;
  /** Held plans whose time to be looked at has come, of this project only where one is given; the longest due first. */
  heldDue(now: number, limit: number, project?: string): Promise<readonly Plan[]>;
  /** Look at a held plan again then, and say what it waits for now; nothing for one that is no longer held. */
  lookAgain(scope: Scope, id: string, at: number, reason?: string): Promise<void>;
  /** Ends a held plan; false when it is no longer held, and then nothing is written. */
  endHeld(scope: Scope, plan: Plan, end: HeldEnd): Promise<boolean>;
  /** Asks that a plan under way be given up, and makes its workload due; false when it is not under way, or was asked already. */
  requestAbort(
    scope: Scope,
    plan: Plan,
    abort: NonNullable<Plan["abort"]>,
    event: NewEvent,
  ): Promise<boolean>;

  /**
   * Adds a word on a held plan. False, and nothing is written, when the plan is not held any more, has another hash, or has this
   * person's word already.
   */
  approvePlan(scope: Scope, plan: Plan, approval: Approval, event: NewEvent): Promise<boolean>;
  /** Words on a plan or an exception, oldest first. */
  approvals(project: string, subject: string): Promise<readonly Approval[]>;

  insertException(exception: StoredException): Promise<void>;
  exception(project: string, id: string): Promise<StoredException | undefined>;
  /** Exceptions of a project, the latest end first; with `standingAt` only those that stand then. */
  exceptions(project: string, query: ExceptionQuery): Promise<readonly StoredException[]>;
  /** Adds a word on an exception. False when it has ended, or has this person's word already. */
  approveException(project: string, id: string, approval: Omit<Approval, "hash">): Promise<boolean>;
  /** Exceptions of every tenant that end before `soon` and whose nearing end, or end, is not yet told. */
  exceptionsEnding(now: number, soon: number, limit: number): Promise<readonly StoredException[]>;
  /**
   * Notes that the nearing end of an exception is told (`soon`), or that it has ended at its `until`, in one batch with an event on every
   * workload it is for. False when that was done already.
   */
  tellException(exception: StoredException, what: "soon" | "ended", event: NewEvent): Promise<boolean>;

  /** The red switch; undefined where nobody ever turned it. */
  automation(project: string): Promise<Automation | undefined>;
  putAutomation(project: string, automation: Automation): Promise<void>;
  /** How many plans with these triggers were committed since, and the latest of them; of one workload where one is given. */
  committedSince(
    project: string,
    query: CommittedQuery,
  ): Promise<{ readonly count: number; readonly lastAt: number | undefined }>;
  /** Workloads of every tenant whose plan in force is a failover's and is ready, the longest moved first. */
  failedOver(limit: number): Promise<readonly FailedOver[]>;
  /** Appends an event unless the workload's latest events hold one of this type with the same `data.key`. */
  appendEventOnce(
    scope: Scope,
    workload: string,
    event: NewEvent & { readonly data: { readonly key: string } },
  ): Promise<void>;
}

/** A workload that runs where a failover has put it. */
export interface FailedOver {
  readonly project: string;
  readonly environment: string;
  readonly workload: string;
  readonly plan: string;
}

export interface ExceptionQuery {
  readonly standingAt?: number | undefined;
  readonly limit: number;
}

export interface CommittedQuery {
  readonly triggers: readonly Trigger[];
  readonly actor: string;
  readonly since: number;
  readonly of?: { readonly scope: Scope; readonly workload: string } | undefined;
}
