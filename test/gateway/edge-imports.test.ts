import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** Everything that is loaded with a file, packages under their own name. `import type` leaves nothing behind. */
function loadedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (!file.startsWith("/")) return seen;
  for (const [, target = ""] of readFileSync(file, "utf8").matchAll(
    /^(?:import|export) (?!type)[^;]*?from "([^"]+)"/gm,
  )) {
    loadedWith(target.startsWith(".") ? resolve(dirname(file), target) : target, seen);
  }
  return seen;
}

test.each(["src/gateway/edge/fetch-gateway.ts", "src/agent/line/broker-end.ts"])(
  "%s loads no package and nothing of Node",
  (entry) => {
    const root = fileURLToPath(new URL("../../", import.meta.url));
    const loaded = [...loadedWith(resolve(root, entry))];
    expect(loaded.length).toBeGreaterThan(3);
    expect(loaded.filter((file) => !file.startsWith("/"))).toEqual([]);
  },
);
