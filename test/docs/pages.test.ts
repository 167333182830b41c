import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PAGES, pageUrl, renewed } from "../../scripts/docs.ts";
import { withPart } from "../../scripts/docs/part.ts";
import { parseDocument } from "../../src/domain/parse-document.ts";
import { parseSpec } from "../../src/domain/parse-spec.ts";
import { parseLimits } from "../../src/agent/limits.ts";
import { FAULT_STATUS } from "../../src/domain/fault.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { parsePolicy } from "../../src/policy/parse-policy.ts";
import { apiDocument } from "../../src/routes/all.ts";
import { referencePage } from "../../src/routes/reference-page.ts";

const root = new URL("../..", import.meta.url).pathname;
const page = (name: string): string => readFileSync(pageUrl(name), "utf8");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const blocks = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map((match) => match[1] ?? "");

function documentOf(yaml: string): unknown {
  const parsed = parseDocument(yaml, "application/yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.document;
}

describe("the documentation", () => {
  test.each(Object.keys(PAGES))("the generated parts of %s are what the code says", (name) => {
    expect(renewed(name)).toBe(page(name));
  });

  test("a page without the part that is to be renewed is refused", () => {
    expect(() => withPart("# A page", "fields", "")).toThrow("has no part");
  });

  test("every example of a spec parses, and there are a service, a worker and one with a sidecar", () => {
    const examples = blocks(page("spec.md"), "yaml").map((yaml) => parseSpec(documentOf(yaml)));
    expect(examples.flatMap((parsed) => (parsed.ok ? [] : parsed.problems))).toEqual([]);
    const specs = examples.flatMap((parsed) => (parsed.ok ? [parsed.spec] : []));
    expect(specs.map(({ kind, sidecars }) => `${kind} ${sidecars.length}`)).toEqual([
      "service 0",
      "worker 0",
      "service 1",
    ]);
  });

  test("every example of a policy and the example of a guard file are accepted", () => {
    const world = { regions: builtInBook().regions };
    const problems = blocks(page("policy.md"), "yaml").flatMap((yaml) => {
      const document = documentOf(yaml);
      const inline: unknown = Reflect.get(Object(document), "policy");
      const parsed = parsePolicy(inline ?? document, { stored: inline === undefined, world });
      return parsed.ok ? [] : parsed.problems;
    });
    expect(problems).toEqual([]);
    const [guard = ""] = blocks(page("agents.md"), "yaml");
    expect(parseLimits(guard, "agent.yaml").maxContainers).toBe(20);
  });

  test("every problem's type is a heading of the reference page", async () => {
    const reference = await referencePage(apiDocument());
    const absent = Object.keys(FAULT_STATUS).filter((code) => !reference.includes(`id="problem-${code}"`));
    expect(absent).toEqual([]);
  });

  test("every decision is listed on the page of decisions", () => {
    const files = readdirSync(join(root, "docs/decisions")).filter((name) => name.startsWith("20"));
    const index = read("docs/decisions/README.md");
    expect(files.filter((file) => !index.includes(`](${file})`))).toEqual([]);
  });
});

const markdown = [
  "README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join("docs", path)),
];

test.each(markdown)("every link of %s leads to a file that exists, and to a heading in it", (path) => {
  const links = [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
  const broken = links.filter((link) => !/^https?:/.test(link)).filter((link) => !leads(path, link));
  expect(broken).toEqual([]);
});

function leads(from: string, link: string): boolean {
  const [file = "", heading] = link.split("#");
  const target = file === "" ? from : join(from, "..", file);
  if (statSync(join(root, target), { throwIfNoEntry: false }) === undefined) return false;
  return heading === undefined || anchorsOf(read(target)).has(heading);
}

/** Headings as hosts of repositories name them. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? "");
  const named = headings.map((heading) => heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, ""));
  return new Set(named.map((heading) => heading.replaceAll(" ", "-")));
}
