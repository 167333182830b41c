import type { Call } from "../adapter.ts";
import type { GoogleService } from "./services.ts";

/** The three collections of Cloud Run's Admin API that Berth makes things in. */
export type Collection = "services" | "workerPools" | "jobs";

/** Which resource is meant: `id` is its last name part, a unit's or a try's provider-side name. */
export interface ResourceName {
  readonly collection: Collection;
  readonly region: string;
  readonly id: string;
}

/** A document as it goes over the wire (REST JSON of the Admin API v2). */
export type Document = Readonly<Record<string, unknown>>;

/** What Google calls a condition: how far one aspect of a resource has come. */
export interface Condition {
  readonly type: string;
  readonly state: "pending" | "reconciling" | "failed" | "succeeded" | "unknown";
  readonly message: string;
  /** google.cloud.run.v2.Condition.CommonReason by name, where it is one that something depends on. */
  readonly reason?: "SECRETS_ACCESS_CHECK_FAILED" | undefined;
  readonly at?: number | undefined;
}

/** A service, worker pool or job as Google tells of it, in our words. Times in ms. */
export interface Resource extends ResourceName {
  readonly labels: Readonly<Record<string, string>>;
  readonly etag: string;
  readonly createdAt?: number | undefined;
  readonly deleting: boolean;
  readonly reconciling: boolean;
  readonly terminal?: Condition | undefined;
  readonly conditions: readonly Condition[];
  /** Whether any revision has ever become ready; always false for a job. */
  readonly hasServed: boolean;
  readonly url?: string | undefined;
  /** Whether Google asks its callers who they are (`invokerIamDisabled` is not set); for a service only. */
  readonly asksCallers: boolean;
  readonly scale: Scale;
  /** Instances one revision may have; Google's own default is 100. */
  readonly revisionMax?: number | undefined;
  /** Last name part of a job's newest execution. */
  readonly execution?: string | undefined;
  /** How far that one has come; absent where Google does not say. */
  readonly executionStage?: ExecutionStage | undefined;
}

/** google.cloud.run.v2.ExecutionReference.CompletionStatus, in our words. */
export type ExecutionStage = "succeeded" | "failed" | "running" | "pending" | "cancelled";

/** How many instances a service or pool is told to have. `manual` is set where the number is fixed. */
export interface Scale {
  readonly min: number;
  readonly max?: number | undefined;
  readonly manual?: number | undefined;
}

/** One run of a job, and how its tasks stand. */
export interface Execution {
  readonly id: string;
  readonly taskCount: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  readonly conditions: readonly Condition[];
}

/** The end of one task of an execution. */
export interface Task {
  readonly exitCode?: number | undefined;
  readonly message: string;
  readonly endedAt?: number | undefined;
}

/** A long-running operation; `error` is set once it has failed. */
export interface Operation {
  readonly name: string;
  readonly done: boolean;
  readonly error?: { readonly code: number; readonly message: string } | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken?: string | undefined;
}

/** The operations of Cloud Run that Berth uses. Each throws nothing but `AdapterError`; `undefined` means that there is no such thing. */
export interface RunApi {
  list(
    collection: Collection,
    region: string,
    pageToken: string | undefined,
    call: Call,
  ): Promise<Page<Resource>>;
  get(name: ResourceName, call: Call): Promise<Resource | undefined>;
  /** Throws "conflict" when the name is taken. */
  create(name: ResourceName, document: Document, call: Call): Promise<Operation>;
  /** Changes what `mask` names and nothing else. Throws "conflict" when the resource is no longer the one with `etag`. */
  update(name: ResourceName, change: Change, call: Call): Promise<Operation>;
  remove(name: ResourceName, etag: string, call: Call): Promise<Operation | undefined>;
  operation(region: string, name: string, call: Call): Promise<Operation | undefined>;
  execution(job: ResourceName, id: string, call: Call): Promise<Execution | undefined>;
  tasks(job: ResourceName, execution: string, call: Call): Promise<readonly Task[]>;
  cancel(job: ResourceName, execution: string, call: Call): Promise<void>;
}

export interface Change {
  readonly etag: string;
  /** Members of the document that count, as a field mask names them; a job takes no mask and is changed as a whole. */
  readonly mask: readonly string[];
  readonly document: Document;
}

/** One request to a Google API that has no official client here. */
export interface RestRequest {
  readonly service: Exclude<GoogleService, "run" | "sts" | "iamCredentials" | "oauth">;
  readonly method: "GET" | "POST" | "DELETE";
  /** Begins with `/v1/` or the like. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: Document | undefined;
  /** Whether the very same request may be sent again when its answer was lost. */
  readonly repeatable: boolean;
}

/**
 * Sends one request and gives the answer's JSON; `undefined` where there is no such thing to read or to delete. Throws nothing but
 * `AdapterError`: "conflict" for a change of what is not there.
 */
export type SendRest = (request: RestRequest, call: Call) => Promise<unknown>;

/** Whether "there is no such thing" answers a request: nobody is told that a change of what is not there went well. */
export const mayBeAbsent = (method: string): boolean => method === "GET" || method === "DELETE";

/** Everything of Google that the adapter touches. */
export interface CloudRunApi {
  readonly run: RunApi;
  readonly rest: SendRest;
}
