import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { apiDocument } from "../../src/routes/all.ts";
import { PAGE_POLICY, referencePage } from "../../src/routes/reference-page.ts";
import { FAULT_STATUS } from "../../src/domain/fault.ts";

const page = await referencePage(apiDocument());

test("the one style sheet of the reference page is the one its content policy allows", () => {
  const [, sheet = ""] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
  const hash = createHash("sha256").update(sheet).digest("base64");
  expect(sheet).not.toBe("");
  expect(PAGE_POLICY).toContain(`'sha256-${hash}'`);
});

test("every problem's type leads to its place on the page", () => {
  for (const code of Object.keys(FAULT_STATUS)) expect(page).toContain(`id="problem-${code}"`);
});
