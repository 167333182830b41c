import { begun, conflictOf, executionOf } from "./changes.ts";
import { failureOf } from "./crash.ts";
import { bodyOf, refusal, type Step } from "./reply.ts";
import type { RunRequest } from "./run-request.ts";
import type { ProjectRules, ProjectState, StoredResource } from "./state.ts";
import { problemOf } from "./validate.ts";

/**
 * PATCH of a job, which takes no mask: all of it is what was sent, and is checked anew. The execution its token names is started once, when
 * its secrets can be read.
 */
export function changeJob(
  state: ProjectState,
  job: StoredResource,
  request: RunRequest,
  now: number,
  rules: ProjectRules,
): Step {
  const { etag, name: _name, ...document } = bodyOf(request);
  const id = job.name.slice(job.name.lastIndexOf("/") + 1);
  const stale = conflictOf(state, job, etag);
  if (stale !== undefined) return stale;
  const problem = problemOf("jobs", id, document);
  if (problem !== undefined) return refusal(state, "INVALID_ARGUMENT", problem);
  const failure = failureOf(state, "jobs", document, rules, now);
  const isUnreadable = failure?.reason !== undefined;
  const settledAt = now + rules.delaysMs.create;
  const generation = job.generation + 1;
  const fresh = isUnreadable
    ? undefined
    : executionOf(id, "jobs", document, failure?.exitCode, settledAt, rules);
  const changed: StoredResource = {
    ...job,
    document,
    generation,
    etag: `"${state.sequence + 1}-${generation}"`,
    updatedAt: now,
    startsAt: settledAt,
    settledAt,
    failure: isUnreadable ? failure : undefined,
    execution: job.execution ?? fresh,
  };
  return begun(state, changed, now, { doneAt: settledAt, deletes: false });
}
