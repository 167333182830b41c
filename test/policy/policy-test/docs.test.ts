import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtInBook } from "../../../src/catalog/shipped-book.ts";
import { parseDocument } from "../../../src/domain/parse-document.ts";
import { parsePolicyTests } from "../../../src/policy/policy-test/parse.ts";
import { preparePolicyTests } from "../../../src/policy/policy-test/prepare.ts";
import { runPolicyTest } from "../../../src/policy/policy-test/run.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/policy-tests.md"), "utf8");

/** What the page's example takes for granted. */
const EU = {
  jurisdictions: ["EU"],
  spot: "forbid",
  freezes: [
    { name: "year-end", from: "2026-12-20T00:00:00Z", until: "2027-01-04T00:00:00Z", message: "Holidays." },
  ],
};
const WEB = { name: "web", image: "ghcr.io/acme/web:1", port: 8080 };

test("the first example of the page is a file of tests that hold", () => {
  const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const document = parseDocument(yaml, "application/yaml");
  const parsed = parsePolicyTests(document.ok ? document.document : undefined);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const files = new Map<string, unknown>([
    ["eu.yaml", EU],
    ["../web.yaml", WEB],
  ]);
  const prepared = preparePolicyTests(parsed.file, files, builtInBook());
  if (!prepared.ok) throw new Error(JSON.stringify(prepared.problems));
  const results = prepared.value.map(runPolicyTest);
  expect(results).toHaveLength(6);
  expect(results.filter(({ ok }) => !ok)).toEqual([]);
});
