import type { Document } from "./api.ts";

/**
 * A document as the official client takes it: durations, which REST writes as "60s", become `{seconds}` (google.protobuf.Duration).
 * Enums stay names, which the client understands.
 */
export function toMessage(document: Document): Document {
  return Object.fromEntries(Object.entries(document).map(([key, value]) => [key, messageOf(key, value)]));
}

/** Members of Cloud Run's documents that are durations. */
const DURATIONS: ReadonlySet<string> = new Set(["timeout"]);

function messageOf(key: string, value: unknown): unknown {
  if (DURATIONS.has(key) && typeof value === "string") return { seconds: Number(value.replace(/s$/, "")) };
  if (Array.isArray(value)) return value.map((item: unknown) => messageOf(key, item));
  // The members of a map are the user's own words, and none of them is a duration.
  if (typeof value !== "object" || value === null || MAPS.has(key)) return value;
  return toMessage(Object.fromEntries(Object.entries(value)));
}

const MAPS: ReadonlySet<string> = new Set(["labels", "limits", "annotations"]);
