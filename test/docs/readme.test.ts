import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withTable } from "../../scripts/features-table.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

test("the README's table of targets is what the adapters answer", () => {
  expect(withTable(readme)).toBe(readme);
});

test("the README shows its two lines", () => {
  expect(readme).toContain("npm ci && npm run demo");
  expect(readme).toContain("npm ci && npm test");
});
