import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { JUDGED_ROOTS } from "./judged-roots.ts";

const root = join(import.meta.dirname, "../..");
/** What no broken contract may get past: everything that opens targets of its own. */
const OPENS = /\b(?:adapterFactories|sandboxAdapter)\(/;

/** The files of a folder that open targets, by their paths in the repository. */
function openingIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(({ name }) => name.endsWith(".ts"))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => OPENS.test(readFileSync(file, "utf8")))
    .map((file) => relative(root, file));
}

const isJudged = (file: string): boolean => readFileSync(join(root, file), "utf8").includes("sandboxJudge");

test("every set-up that opens sandboxes gives them the judge", () => {
  const opening = openingIn("test");
  expect(opening.length).toBeGreaterThan(5);
  expect(opening.filter((file) => !isJudged(file))).toEqual([]);
});

test("every composition root that opens sandboxes of its own is run by its tests with a registry that judges them", () => {
  const judged = JUDGED_ROOTS.map((one) => relative(root, fileURLToPath(one.root)));
  expect(openingIn("src/main").toSorted()).toEqual(judged.toSorted());
  for (const { registry } of JUDGED_ROOTS)
    expect(isJudged(relative(root, fileURLToPath(registry)))).toBe(true);
});
