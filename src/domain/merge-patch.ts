import { Fault } from "./fault.ts";

/** Deeper patches are refused; a spec is refused at 32 levels anyway. */
const MAX_PATCH_DEPTH = 64;

/**
 * What `target` becomes under a JSON merge patch (RFC 7386): objects merge, `null` removes, all else replaces. Neither
 * argument is changed. Throws an `invalid-body` fault for a patch nested too deep.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  return merge(target, patch, 0);
}

function merge(target: unknown, patch: unknown, depth: number): unknown {
  if (depth > MAX_PATCH_DEPTH) {
    throw new Fault("invalid-body", `the patch is nested deeper than ${MAX_PATCH_DEPTH} levels; flatten it`);
  }
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, merge(merged.get(key), value, depth + 1));
  }
  // From entries, so that a key `__proto__` becomes a plain member, for the parser to refuse.
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
