import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cliReference } from "../../src/cli/reference.ts";

test("docs/cli.md is what `npm run docs` writes", async () => {
  const page = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");
  expect(page).toBe(await cliReference());
});
