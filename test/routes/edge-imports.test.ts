import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");

test("what the edge serves brings no adapter, catalogue, policy, schema library or YAML with it", () => {
  const { files, packages } = reach("src/routes/edge.ts", "src/routes/app.ts");
  expect(
    [...files].filter((file) => /^src\/(adapters|catalog|policy|reconcile|cli|agent|main)\//.test(file)),
  ).toEqual([]);
  expect([...packages].sort()).toEqual(["hono", "hono/http-exception", "node:crypto"]);
});

/** Every file and package that these files run, following imports that are more than types. */
function reach(...entries: readonly string[]) {
  const files = new Set<string>();
  const packages = new Set<string>();
  const queue = entries.map((entry) => join(root, entry));
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    const name = relative(root, file);
    if (files.has(name)) continue;
    files.add(name);
    for (const target of importsOf(file)) {
      if (target.startsWith(".")) queue.push(resolve(dirname(file), target));
      else packages.add(target);
    }
  }
  return { files, packages };
}

function importsOf(file: string): readonly string[] {
  const statements = readFileSync(file, "utf8").matchAll(
    /^(?:import|export)\s+(?!type\b)([^;]*?)from\s+"([^"]+)"/gm,
  );
  return [...statements].filter(([, names = ""]) => !onlyTypes(names)).map(([, , target = ""]) => target);
}

// `import { type A, type B } from` leaves nothing at run time.
function onlyTypes(names: string): boolean {
  const inner = /\{([^}]*)\}/.exec(names)?.[1];
  return (
    inner !== undefined &&
    inner.split(",").every((name) => name.trim() === "" || name.trim().startsWith("type "))
  );
}
