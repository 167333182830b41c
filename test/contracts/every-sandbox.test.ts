import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
/** What no broken contract may get past: everything that opens targets of its own. */
const OPENS = /\b(?:adapterFactories|sandboxAdapter)\(/;

const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter(({ name }) => name.endsWith(".ts"))
  .map(({ parentPath, name }) => join(parentPath, name));

test("every set-up that opens sandboxes gives them the judge", () => {
  const opening = files.filter((file) => OPENS.test(readFileSync(file, "utf8")));
  const unjudged = opening.filter((file) => !readFileSync(file, "utf8").includes("sandboxJudge"));
  expect(opening.length).toBeGreaterThan(5);
  expect(unjudged.map((file) => relative(root, file))).toEqual([]);
});
