import type { Collection } from "../api.ts";
import { member, textIn, texts } from "../members.ts";
import { endOf } from "./state.ts";
import { hasServed, stageOf } from "./life.ts";
import { isoTime } from "./reply.ts";
import type { StoredExecution, StoredOperation, StoredResource } from "./state.ts";

/** A resource as Google shows it at `now`. */
export function resourceView(resource: StoredResource, now: number): object {
  const { collection, document, name, etag, generation, createdAt, updatedAt, goneAt } = resource;
  const { startExecutionToken: _token, ...kept } = document;
  const stage = stageOf(resource, now);
  return {
    ...kept,
    name,
    uid: `uid-${name.slice(name.lastIndexOf("/") + 1)}`,
    etag,
    generation: String(generation),
    observedGeneration: String(stage === "succeeded" ? generation : generation - 1),
    createTime: isoTime(createdAt),
    updateTime: isoTime(updatedAt),
    ...(goneAt === undefined ? {} : { deleteTime: isoTime(goneAt) }),
    ...(stage === "pending" || stage === "reconciling" ? { reconciling: true } : {}),
    terminalCondition: conditionOf(resource, stage, now),
    ...(collection === "jobs" ? jobView(resource, now) : servingView(resource, now)),
  };
}

/** An operation as Google shows it at `now`: its answer is the resource, or why there is none. */
export function operationView(
  name: string,
  operation: StoredOperation,
  resource: StoredResource | undefined,
  now: number,
): object {
  const metadata = resource === undefined ? {} : { metadata: typed(resource, now) };
  if (now < operation.doneAt) return { name, ...metadata, done: false };
  const error = operation.error ?? failureIn(resource, operation);
  if (error !== undefined) return { name, ...metadata, done: true, error };
  return {
    name,
    ...metadata,
    done: true,
    ...(resource === undefined ? {} : { response: typed(resource, now) }),
  };
}

const TYPES: Readonly<Record<Collection, string>> = {
  services: "Service",
  workerPools: "WorkerPool",
  jobs: "Job",
};

const typed = (resource: StoredResource, now: number): object => ({
  "@type": `type.googleapis.com/google.cloud.run.v2.${TYPES[resource.collection]}`,
  ...resourceView(resource, now),
});

// google.rpc.Code 9, FAILED_PRECONDITION, is what a revision that does not come up ends its operation with.
function failureIn(resource: StoredResource | undefined, { deletes }: StoredOperation) {
  return deletes || resource?.failure === undefined
    ? undefined
    : { code: 9, message: resource.failure.message };
}

const STATES = {
  pending: "CONDITION_PENDING",
  reconciling: "CONDITION_RECONCILING",
  failed: "CONDITION_FAILED",
  succeeded: "CONDITION_SUCCEEDED",
} as const;

function conditionOf(resource: StoredResource, stage: keyof typeof STATES, now: number): object {
  const revision = revisionOf(resource);
  const message = `Revision '${revision}' is not ready and cannot serve traffic. ${resource.failure?.message ?? ""}`;
  return {
    type: "Ready",
    state: STATES[stage],
    ...(stage === "failed" ? { message, ...reasonOf(resource) } : {}),
    lastTransitionTime: isoTime(Math.min(now, resource.settledAt)),
  };
}

const reasonOf = ({ failure }: StoredResource): object =>
  failure?.reason === undefined
    ? { revisionReason: "HEALTH_CHECK_CONTAINER_ERROR" }
    : { reason: failure.reason };

function servingView(resource: StoredResource, now: number): object {
  const id = resource.name.slice(resource.name.lastIndexOf("/") + 1);
  const revision = `${resource.name}/revisions/${revisionOf(resource)}`;
  const ready = hasServed(resource, now) ? { latestReadyRevision: revision } : {};
  const url = `https://${id}-417.${resource.region}.run.app`;
  const address = resource.collection === "services" ? { uri: url, urls: [url] } : {};
  return { latestCreatedRevision: revision, ...ready, ...address };
}

function jobView({ document, execution, settledAt }: StoredResource, now: number): object {
  const labels = texts(document, "labels");
  if (execution === undefined || now < settledAt) return { labels };
  return {
    labels,
    executionCount: 1,
    latestCreatedExecution: {
      name: execution.id,
      createTime: isoTime(settledAt),
      completionStatus: completionOf(execution, now),
    },
  };
}

function completionOf(execution: StoredExecution, now: number): string {
  if (endOf(execution) > now) return execution.startsAt <= now ? "EXECUTION_RUNNING" : "EXECUTION_PENDING";
  if (execution.cancelledAt !== undefined) return "EXECUTION_CANCELLED";
  return execution.exitCode === 0 ? "EXECUTION_SUCCEEDED" : "EXECUTION_FAILED";
}

// A change of the scale of a service makes no revision; a change of its template, of which these two change, does.
function revisionOf({ name, document }: StoredResource): string {
  const template = member(document, "template");
  const max = member(member(template, "scaling"), "maxInstanceCount");
  const told = `${max === undefined ? "" : JSON.stringify(max)}${textIn(member(template, "labels"), "berth-tried")}`;
  return `${name.slice(name.lastIndexOf("/") + 1)}-00001-${told || "abc"}`;
}
