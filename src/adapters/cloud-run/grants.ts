import type { Change, Document, Resource } from "./api.ts";

/** A grant takes "typically two minutes, potentially seven or longer" (cloud.google.com/iam/docs/access-change-propagation), ms. */
const GRANTS_TAKE_MS = 10 * 60_000;
/** How often a resource whose secrets could not be read is tried again meanwhile, ms. */
const TRY_EVERY_MS = 30_000;
/** Says when it was last tried: a template that differs makes a new revision, which Google checks anew. */
const TRIED_LABEL = "berth-tried";

/**
 * Whether a resource that failed because its account may not read its secrets is to be tried again: the grant may only be on its way.
 * "no" for every other resource, and once a grant would have arrived.
 */
export function grantWait(resource: Resource, now: number): "no" | "wait" | "again" {
  const { collection, createdAt = 0, hasServed } = resource;
  return collection === "jobs" || hasServed ? "no" : waitSince(resource, createdAt, now);
}

/**
 * The same of a try's job, which Google checks before it starts anything: one with an execution has begun, and is never begun again.
 * `since`: when the try was first asked for, ms.
 */
export function tryWait(job: Resource, since: number, now: number): ReturnType<typeof grantWait> {
  return job.execution === undefined ? waitSince(job, since, now) : "no";
}

function waitSince(
  { terminal, conditions, reconciling, deleting }: Resource,
  since: number,
  now: number,
): ReturnType<typeof grantWait> {
  if (reconciling || deleting || terminal?.state !== "failed") return "no";
  const unreadable = [terminal, ...conditions].some(({ reason }) => reason === "SECRETS_ACCESS_CHECK_FAILED");
  if (!unreadable || now - since >= GRANTS_TAKE_MS) return "no";
  return now - (terminal.at ?? since) < TRY_EVERY_MS ? "wait" : "again";
}

/** What makes Google check a job once more: all of it, with the token it has, so that what is started is started once. */
export function checkAgain(job: Resource, document: Document, now: number): Change {
  const template = Object(document["template"]);
  const labels = { ...Object(template.labels), [TRIED_LABEL]: String(now) };
  return { etag: job.etag, mask: [], document: { ...document, template: { ...template, labels } } };
}

/** What makes Google try once more: `labels` are the template's own. */
export function tryAgain(resource: Resource, labels: Readonly<Record<string, string>>, now: number): Change {
  return {
    etag: resource.etag,
    mask: ["template.labels"],
    document: { template: { labels: { ...labels, [TRIED_LABEL]: String(now) } } },
  };
}
