import type { Collection, Condition, Execution, ExecutionStage, Operation, Resource, Task } from "./api.ts";
import { member as at, members as listAt, textIn as textAt, texts as textsAt } from "./members.ts";

/**
 * Google's answers in our words. The same answer comes in three dialects: REST JSON (names, ISO times), the client over
 * REST (numbers for enums, `{seconds, nanos}`) and the client over gRPC (names, strings of seconds); all three are read here.
 */
export function readResource(collection: Collection, answer: unknown): Resource {
  const { region, id } = placeOf(textAt(answer, "name"));
  const scaling = at(answer, "scaling");
  const manual = manualCount(collection, scaling);
  return {
    collection,
    region,
    id,
    labels: textsAt(answer, "labels"),
    etag: textAt(answer, "etag"),
    createdAt: timeAt(answer, "createTime"),
    deleting: timeAt(answer, "deleteTime") !== undefined,
    reconciling: at(answer, "reconciling") === true,
    terminal:
      at(answer, "terminalCondition") === undefined
        ? undefined
        : readCondition(at(answer, "terminalCondition")),
    conditions: listAt(answer, "conditions").map(readCondition),
    hasServed: textAt(answer, "latestReadyRevision") !== "",
    url: textAt(answer, "uri") || undefined,
    asksCallers: at(answer, "invokerIamDisabled") !== true,
    scale: {
      min: numberAt(scaling, "minInstanceCount") ?? 0,
      max: numberAt(scaling, "maxInstanceCount"),
      manual,
    },
    revisionMax: numberAt(at(at(answer, "template"), "scaling"), "maxInstanceCount"),
    execution: lastPart(textAt(at(answer, "latestCreatedExecution"), "name")),
    executionStage: readStage(at(at(answer, "latestCreatedExecution"), "completionStatus")),
  };
}

// google.cloud.run.v2.ExecutionReference.CompletionStatus, in the order of its numbers from 1.
const STAGES = ["succeeded", "failed", "running", "pending", "cancelled"] as const;

function readStage(status: unknown): ExecutionStage | undefined {
  return typeof status === "number"
    ? STAGES[status - 1]
    : STAGES.find((stage) => status === `EXECUTION_${stage.toUpperCase()}`);
}

export function readExecution(answer: unknown): Execution {
  const count = (key: string) => numberAt(answer, key) ?? 0;
  return {
    id: lastPart(textAt(answer, "name")) ?? "",
    taskCount: count("taskCount"),
    running: count("runningCount"),
    succeeded: count("succeededCount"),
    failed: count("failedCount"),
    cancelled: count("cancelledCount"),
    startedAt: timeAt(answer, "startTime"),
    endedAt: timeAt(answer, "completionTime"),
    conditions: listAt(answer, "conditions").map(readCondition),
  };
}

export function readTask(answer: unknown): Task {
  const result = at(answer, "lastAttemptResult");
  const endedAt = timeAt(answer, "completionTime");
  // A zero is left out of JSON, so that an ended task without a code has ended with 0.
  const code =
    numberAt(result, "exitCode") ?? (result !== undefined && endedAt !== undefined ? 0 : undefined);
  return { exitCode: code, message: textAt(at(result, "status"), "message"), endedAt };
}

export function readOperation(answer: unknown): Operation {
  const error = at(answer, "error");
  const code = numberAt(error, "code") ?? 0;
  return {
    name: textAt(answer, "name"),
    done: at(answer, "done") === true,
    error: code === 0 ? undefined : { code, message: textAt(error, "message") },
  };
}

/** The resources on a page of a list, each of them in the list's own member. */
export function readItems<T>(answer: unknown, key: string, read: (item: unknown) => T): readonly T[] {
  return listAt(answer, key).map(read);
}

export function nextPageToken(answer: unknown): string | undefined {
  return textAt(answer, "nextPageToken") || undefined;
}

// google.cloud.run.v2.Condition.State, in the order of its numbers.
const STATES = ["unknown", "pending", "reconciling", "failed", "succeeded"] as const;

// google.cloud.run.v2.Condition.CommonReason, by name and by number.
const SECRETS_REASONS: ReadonlySet<unknown> = new Set(["SECRETS_ACCESS_CHECK_FAILED", 12]);

function readCondition(answer: unknown): Condition {
  const state = at(answer, "state");
  const word =
    typeof state === "number"
      ? STATES[state]
      : STATES.find((name) => state === `CONDITION_${name.toUpperCase()}`);
  return {
    type: textAt(answer, "type"),
    state: word ?? "unknown",
    message: textAt(answer, "message"),
    reason: SECRETS_REASONS.has(at(answer, "reason")) ? "SECRETS_ACCESS_CHECK_FAILED" : undefined,
    at: timeAt(answer, "lastTransitionTime"),
  };
}

// ServiceScaling.ScalingMode.MANUAL is 2; a worker pool knows no other mode.
function manualCount(collection: Collection, scaling: unknown): number | undefined {
  const mode = at(scaling, "scalingMode");
  const manual = collection === "workerPools" || mode === "MANUAL" || mode === 2;
  return manual ? (numberAt(scaling, "manualInstanceCount") ?? 0) : undefined;
}

function placeOf(name: string): { readonly region: string; readonly id: string } {
  const parts = name.split("/");
  return { region: parts[3] ?? "", id: parts[5] ?? "" };
}

function lastPart(name: string): string | undefined {
  return name === "" ? undefined : name.slice(name.lastIndexOf("/") + 1);
}

function numberAt(value: unknown, key: string): number | undefined {
  const number = at(value, key);
  if (number === undefined || number === "") return undefined;
  const read = Number(number);
  return Number.isFinite(read) ? read : undefined;
}

function timeAt(value: unknown, key: string): number | undefined {
  const time = at(value, key);
  if (typeof time === "string") {
    const read = Date.parse(time);
    return Number.isNaN(read) ? undefined : read;
  }
  const seconds = numberAt(time, "seconds");
  return seconds === undefined
    ? undefined
    : seconds * 1_000 + Math.floor((numberAt(time, "nanos") ?? 0) / 1_000_000);
}
