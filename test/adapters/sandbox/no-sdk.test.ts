import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { expect, test } from "vitest";

const REGISTRY = resolve(import.meta.dirname, "../../../src/adapters/registry.ts");
/** Packages of the vendors whose values may only be loaded by a target of theirs, when it is first used. */
const VENDORS = /^(@aws-sdk|@azure|@google-cloud|google-)/;

// What is loaded with a module: everything it imports but types, and what that imports.
function loadedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const imports = readFileSync(file, "utf8").matchAll(
    /^(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm,
  );
  for (const [, name = ""] of imports) {
    if (name.startsWith(".")) loadedWith(resolve(dirname(file), name), seen);
    else seen.add(name);
  }
  return seen;
}

test("no vendor's SDK is loaded with the adapters: a sandbox speaks to its simulator without one", () => {
  const loaded = [...loadedWith(REGISTRY)];
  expect(loaded.some((name) => name.endsWith("/simulator/simulate.ts"))).toBe(true);
  expect(loaded.filter((name) => VENDORS.test(name) || name.endsWith("/sdk.ts"))).toEqual([]);
});
