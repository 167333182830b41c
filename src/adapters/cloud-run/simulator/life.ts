import type { StoredResource } from "./state.ts";

/** Whether a resource exists at `now`, one that is being deleted among them. */
export function isThere({ goneAt }: StoredResource, now: number): boolean {
  return goneAt === undefined || goneAt > now;
}

/** How far the newest state of a resource has come. */
export function stageOf(
  { startsAt, settledAt, failure }: StoredResource,
  now: number,
): "pending" | "reconciling" | "failed" | "succeeded" {
  if (now < startsAt) return "pending";
  if (now < settledAt) return "reconciling";
  return failure === undefined ? "succeeded" : "failed";
}

/** Whether some revision serves at `now`. */
export function hasServed({ servedAt }: StoredResource, now: number): boolean {
  return servedAt !== undefined && servedAt <= now;
}
