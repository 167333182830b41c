import { sha256Hex } from "../domain/canonical-json.ts";

/** Cloud Run Admin API, Volume: a DNS label. Microsoft, "Troubleshoot common issues in Azure Container Instances", naming conventions: 5 to 63. */
const MOST_CHARS = 63;
const DIGEST_CHARS = 12;

/**
 * What a volume of the spec is called in a cloud's document: a DNS label of 5 to 63 characters without two hyphens in a row. The prefix
 * keeps it apart from what files are mounted by.
 */
export function volumeName(name: string): string {
  const whole = `vol-${name}`;
  if (whole.length <= MOST_CHARS) return whole;
  const kept = whole.slice(0, MOST_CHARS - DIGEST_CHARS - 1).replace(/-$/, "");
  return `${kept}-${sha256Hex(name).slice(0, DIGEST_CHARS)}`;
}
