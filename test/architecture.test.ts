import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, expect, test } from "vitest";

/** Who may look into whom (DESIGN: "Rooms"). A room may always import itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  catalog: ["domain"],
  policy: ["domain", "catalog"],
  render: ["domain", "catalog", "policy"],
  convert: ["domain", "catalog"],
  adapters: ["domain", "catalog", "store"],
  reconcile: ["domain", "adapters", "store"],
  images: ["domain"],
  store: ["domain"],
  identity: ["domain", "store"],
  broker: ["domain", "catalog", "policy", "render", "adapters", "store", "identity", "reconcile"],
  gateway: ["domain", "store"],
  agent: ["domain"],
  routes: ["domain", "broker", "identity", "store", "catalog"],
  cli: ["domain", "catalog", "policy", "render"],
  main: [
    "domain",
    "catalog",
    "policy",
    "render",
    "adapters",
    "convert",
    "reconcile",
    "store",
    "identity",
    "images",
    "broker",
    "gateway",
    "agent",
    "routes",
    "cli",
  ],
};
/** Rooms that may see only the types and the one contract of another, not its workings. */
const ONLY: readonly { readonly from: string; readonly room: string; readonly files: readonly string[] }[] = [
  { from: "reconcile", room: "adapters", files: ["adapter.ts"] },
  { from: "reconcile", room: "store", files: ["store.ts", "instance.ts"] },
  { from: "adapters", room: "store", files: ["store.ts", "instance.ts"] },
  { from: "identity", room: "store", files: ["store.ts", "instance.ts"] },
  { from: "broker", room: "store", files: ["store.ts", "instance.ts", "whether.ts"] },
  { from: "gateway", room: "store", files: ["store.ts", "instance.ts"] },
  { from: "routes", room: "store", files: ["store.ts", "edge-store.ts", "instance.ts"] },
];
const MAX_LINES = 300;
const root = resolve(import.meta.dirname, "..");
const src = join(root, "src");

const sources = filesUnder(src);
const written = [
  ...sources,
  ...filesUnder(join(root, "test")),
  ...filesUnder(join(root, "db")),
  ...filesUnder(join(root, "scripts")),
];

describe("the walls", () => {
  test.each(sources)("%s imports only the rooms it may look into", (file) => {
    const from = room(file);
    for (const target of importsOf(file)) {
      const to = room(target);
      if (to === from) continue;
      expect(MAY_IMPORT[from], `${file} imports ${target}`).toContain(to);
      const only = ONLY.find((rule) => rule.from === from && rule.room === to);
      if (only !== undefined)
        expect(only.files, `${file} imports ${target}`).toContain(target.split("/").slice(2).join("/"));
    }
  });

  test("no file needs itself back by what it imports", () => {
    expect(circles(new Map(sources.map((file) => [file, importsOf(file, ALWAYS)])))).toEqual([]);
  });

  test("adapters do not import each other", () => {
    for (const file of sources.filter((path) => path.startsWith("src/adapters/"))) {
      const own = folder(file);
      if (own === undefined) continue;
      for (const target of importsOf(file).filter((path) => path.startsWith("src/adapters/"))) {
        const other = folder(target);
        if (other !== undefined) expect(other, `${file} imports ${target}`).toBe(own);
      }
    }
  });

  test("only the roots, the CLI and the agent's entry read the environment, the clock or dice", () => {
    const ambient = /process\.env|\bDate\.now\(\)|\bnew Date\(\)|Math\.random\(/;
    const guarded = sources.filter((file) => !/^src\/(main|cli|agent)\//.test(file));
    const offenders = guarded.filter((file) => ambient.test(withoutComments(read(file))));
    expect(offenders).toEqual([]);
  });

  test("no process is started through a shell", () => {
    const shell = /import\s*\{[^}]*\bexec(Sync)?\b[^}]*\}\s*from "node:child_process"|shell:\s*true/;
    const offenders = sources.filter((file) => shell.test(withoutComments(read(file))));
    expect(offenders).toEqual([]);
  });
});

describe("the house", () => {
  test.each(written)("%s can be read without scrolling far", (file) => {
    expect(read(file).split("\n").length).toBeLessThanOrEqual(MAX_LINES + 1);
  });

  test("no room is called utils, and nothing is mocked or skipped", () => {
    expect(written.filter((file) => /utils?\b/.test(file))).toEqual([]);
    const forbidden = /\bvi\.mock\(|\b(test|it|describe)\.(skip|only|todo|skipIf|runIf)\b/;
    const tests = written.filter((file) => file.startsWith("test/") && file !== "test/architecture.test.ts");
    expect(tests.filter((file) => forbidden.test(read(file)))).toEqual([]);
  });
});

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => relative(root, join(folder, name)).split(sep).join("/"))
    .sort();
}

/** What a file loads with itself: not what it loads once it is needed, such as the help of all commands. */
const ALWAYS = /\bfrom\s+"(\.[^"]+)"/g;
const EVER = /(?:from|import)\s*\(?\s*"(\.[^"]+)"/g;

function importsOf(file: string, kind: RegExp = EVER): readonly string[] {
  const found = read(file).matchAll(kind);
  return [...found]
    .map(([, target]) =>
      relative(root, resolve(root, dirname(file), target ?? ""))
        .split(sep)
        .join("/"),
    )
    .filter((target) => target.startsWith("src/"));
}

/** The first way back to itself from each file that has one: a file is done with once all that it imports is. */
function circles(imports: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (path.includes(file) || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return found;
}

const read = (file: string) => readFileSync(join(root, file), "utf8");
const room = (file: string) => file.split("/")[1] ?? "";
const folder = (file: string) => (file.split("/").length > 3 ? file.split("/")[2] : undefined);
const withoutComments = (text: string) => text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
