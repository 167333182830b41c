import type { Collection, Document } from "../api.ts";

/** One simulated Google project, as JSON: nothing in it runs, and everything about it follows from these moments and the time. */
export interface ProjectState {
  readonly resources: Readonly<Record<string, StoredResource>>;
  readonly secrets: Readonly<Record<string, StoredSecret>>;
  readonly operations: Readonly<Record<string, StoredOperation>>;
  /** Region -> moments of the writes of the last minute, ms. */
  readonly writes: Readonly<Record<string, readonly number[]>>;
  readonly faultsUsed: Readonly<Record<string, number>>;
  /** Counts what was made, for ids and etags that never come again. */
  readonly sequence: number;
}

/** A service, worker pool or job. `name` is the whole path. */
export interface StoredResource {
  readonly collection: Collection;
  readonly region: string;
  readonly name: string;
  readonly document: Document;
  readonly etag: string;
  readonly generation: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When the newest state is first worked on, and when it is reached (or has failed). */
  readonly startsAt: number;
  readonly settledAt: number;
  /** When a revision first became ready; absent while none is, and where none ever will be. */
  readonly servedAt?: number | undefined;
  readonly failure?: Failure | undefined;
  /** When it is really away, once its deletion was asked for. */
  readonly goneAt?: number | undefined;
  readonly execution?: StoredExecution | undefined;
}

/** Why a container does not come up, or how a task ends. */
export interface Failure {
  readonly message: string;
  /** google.cloud.run.v2.Condition.CommonReason, where it is the cause. */
  readonly reason?: "SECRETS_ACCESS_CHECK_FAILED" | undefined;
  readonly exitCode?: number | undefined;
  readonly lastLines: readonly string[];
}

export interface StoredExecution {
  readonly id: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly exitCode: number;
  readonly cancelledAt?: number | undefined;
}

/** A secret; of its versions only how many there are, never what is in them. */
export interface StoredSecret {
  readonly labels: Readonly<Record<string, string>>;
  readonly replication: unknown;
  readonly versions: number;
  readonly createdAt: number;
}

export interface StoredOperation {
  readonly resource: string;
  readonly region: string;
  readonly doneAt: number;
  readonly deletes: boolean;
  readonly startedAt: number;
  /** Set when it has failed: nothing was made. */
  readonly error?: { readonly code: number; readonly message: string } | undefined;
}

/** A project with nothing in it. */
export function emptyProject(): ProjectState {
  return { resources: {}, secrets: {}, operations: {}, writes: {}, faultsUsed: {}, sequence: 0 };
}

/** What a simulated project is like; everything in it is data, so that it can be kept with the state. */
export interface ProjectRules {
  readonly project: string;
  readonly delaysMs: {
    /** Until the newest state is worked on. */
    readonly create: number;
    /** From then until it is ready. */
    readonly ready: number;
    readonly destroy: number;
    /** Until a list shows what was made; a read by name does at once. */
    readonly visible: number;
    /** How long a task of a job runs. */
    readonly task: number;
  };
  readonly quota: {
    readonly resources: number;
    readonly writesPerMinute: number;
    /** CpuAllocPerProjectRegion, in thousandths: what one service may take with its most instances. Absent: no limit. */
    readonly milliCpu?: number | undefined;
  };
  readonly faults: readonly FaultRule[];
  readonly crashes: readonly CrashRule[];
  /** Whether main containers crash, and jobs run, as their own variables say (`toldBy`). */
  readonly obeysVariables?: boolean | undefined;
  /** Whether an organisation's policy forbids to switch off the invoker's check. */
  readonly requiresInvoker?: boolean | undefined;
  /** Permissions its caller does not have. */
  readonly missing: readonly string[];
  /** Repositories of Artifact Registry that its caller may read, `<host>/<project>/<name>`; absent: every one. */
  readonly readable?: readonly string[] | undefined;
  /** When the account of the containers begins to be let read the secrets of Berth, ms: grants take minutes. Absent: it always was. */
  readonly readsFrom?: number | undefined;
  /** The one subject that its identity provider lets in; absent lets in every one. */
  readonly subject?: string | undefined;
}

/** Containers of images that contain this text leave with this code. A job's own variable SANDBOX_EXIT says the same for itself. */
export interface CrashRule {
  readonly image: string;
  readonly exitCode: number;
  readonly lastLines: readonly string[];
}

/** A failure on request: the next `times` requests that match fail. `after`: they do their work first, and only the answer is lost. */
export interface FaultRule {
  readonly method: string;
  /** A part of the path. */
  readonly path: string;
  readonly times: number;
  /** How many matching requests pass before the first that fails. */
  readonly skip?: number | undefined;
  readonly after?: boolean | undefined;
  readonly status: number;
  /** Canonical code; none is an answer that is not Google's. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly reason?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** The vendor's own figures (cloud.google.com/run/quotas), and delays that a person can wait for. */
export const USUAL_RULES: Omit<ProjectRules, "project"> = {
  delaysMs: { create: 300, ready: 700, destroy: 300, visible: 200, task: 1_000 },
  quota: { resources: 1_000, writesPerMinute: 60 },
  faults: [],
  crashes: [],
  missing: [],
};

/** When an execution ends: by itself, or because it was cancelled. */
export const endOf = ({ endsAt, cancelledAt }: StoredExecution): number =>
  Math.min(endsAt, cancelledAt ?? endsAt);
