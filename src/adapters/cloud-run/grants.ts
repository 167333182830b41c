import type { Change, Resource } from "./api.ts";

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
  const { collection, terminal, conditions, createdAt = 0, hasServed, reconciling, deleting } = resource;
  if (collection === "jobs" || hasServed || reconciling || deleting || terminal?.state !== "failed")
    return "no";
  const unreadable = [terminal, ...conditions].some(({ reason }) => reason === "SECRETS_ACCESS_CHECK_FAILED");
  if (!unreadable || now - createdAt >= GRANTS_TAKE_MS) return "no";
  return now - (terminal.at ?? createdAt) < TRY_EVERY_MS ? "wait" : "again";
}

/** What makes Google try once more: `labels` are the template's own. */
export function tryAgain(resource: Resource, labels: Readonly<Record<string, string>>, now: number): Change {
  return {
    etag: resource.etag,
    mask: ["template.labels"],
    document: { template: { labels: { ...labels, [TRIED_LABEL]: String(now) } } },
  };
}
