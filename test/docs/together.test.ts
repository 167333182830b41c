import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MAX_SPECS } from "../../src/cli/spec-files.ts";
import { parseDocument } from "../../src/domain/parse-document.ts";
import { parseSpec } from "../../src/domain/parse-spec.ts";
import { MAX_EXACT } from "../../src/policy/pack/exact.ts";
import { NEAR } from "../../src/policy/pack/pack.ts";
import { desk } from "../cli/desk.ts";

const page = readFileSync(new URL("../../docs/together.md", import.meta.url), "utf8");

test("the page's body of a change holds specs that can be read", () => {
  const [, body = ""] = /<<'END'\n(.*?)\nEND\n/s.exec(page) ?? [];
  const parsed = parseDocument(body, "application/yaml");
  const { specs, dryRun } = Object(parsed.ok ? parsed.document : undefined);
  expect(dryRun).toBe(true);
  expect(specs.map((spec: unknown) => parseSpec(spec).ok)).toEqual([true, true]);
});

test("the page's example of problems is what the command line shows", async () => {
  const spec = (name: string) => `name: ${name}\nimage: a/b:1\nport: 80\n`;
  const files = {
    "apps/all.yaml": `${spec("web")}---\n${spec("api")}resources: { memmory: 1Gi }\n`,
    "apps/web.yaml": spec("web"),
  };
  const cli = desk({ files });
  expect(await cli.run("deploy", "-f", "apps")).toBe(2);
  expect(page).toContain(`$ berth deploy -f apps\n${cli.err()}\`\`\`\n`);
});

test("the page's figures are the ones that hold", () => {
  expect(page).toContain(`- ${MAX_SPECS} specs in a change`);
  expect(page).toContain(
    `With up to ${MAX_EXACT} workloads the best choice there is is searched for and proven`,
  );
  expect([NEAR, page.replaceAll("\n", " ").includes("within half a percent")]).toEqual([0.005, true]);
});
