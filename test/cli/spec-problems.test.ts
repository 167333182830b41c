import { expect, test } from "vitest";
import { starterSpec } from "../../src/cli/starter-spec.ts";
import { parseDocument } from "../../src/domain/parse-document.ts";
import { parseSpec } from "../../src/domain/parse-spec.ts";
import { desk } from "./desk.ts";
import { SPEC } from "./recorded.ts";
import { problem, scriptedBroker } from "./scripted-broker.ts";

const BROKEN = `name: web
image: ghcr.io/acme/web:1.5
port: 8080
resources:
  memmory: 512Mi
scale:
  min: 3
  max: 2
`;

test("every problem of a spec is shown with its line, before any broker is asked", async () => {
  const cli = desk({ files: { "web.yaml": BROKEN } });
  expect(await cli.run("deploy", "-f", "web.yaml")).toBe(2);
  const [title, unknown, bound] = cli.err().split("\n");
  expect(title).toBe("web.yaml: 2 problems");
  expect(unknown).toBe("  line 5   /resources/memmory   unknown field; did you mean memory?");
  expect(bound).toMatch(/^  line 8   \/scale\/max           \S/);
});

test.each(["compare", "plan", "deploy"])(
  "berth %s reads standard input and calls it so in messages",
  async (verb) => {
    const cli = desk({ stdin: BROKEN });
    expect(await cli.run(verb, "-f", "-")).toBe(2);
    expect(cli.err()).toMatch(/^standard input: 2 problems\n/);
  },
);

test("what only the broker finds wrong is shown with the file's own lines", async () => {
  const errors = [{ pointer: "/spec/image", detail: "this registry is not allowed" }];
  const broker = await scriptedBroker({
    "POST /v1/plans": () => problem(400, "invalid-spec", "The spec has problems.", { errors }),
  });
  const cli = desk({ server: broker.url, files: { "web.yaml": SPEC } });
  expect(await cli.run("plan", "-f", "web.yaml")).toBe(2);
  expect(cli.err()).toBe("web.yaml: 1 problem\n  line 2   /image   this registry is not allowed\n");
});

test("a file that is not there, is no YAML, or is far too large is refused with what to do", async () => {
  const missing = desk();
  expect(await missing.run("compare", "-f", "web.yaml")).toBe(2);
  expect(missing.err()).toBe(
    "web.yaml cannot be read: there is no such file\n\nWrite a first one:  berth init\n",
  );
  const cut = desk({ files: { "web.yaml": "name: [web\n" } });
  expect(await cut.run("compare", "-f", "web.yaml")).toBe(2);
  expect(cut.err()).toMatch(/^web\.yaml: \d problems?\n/);
  const large = desk({ files: { "web.yaml": `# ${"x".repeat(2_000_000)}` } });
  expect(await large.run("compare", "-f", "web.yaml")).toBe(2);
  expect(large.err()).toContain("larger than 1048576 bytes");
});

test("berth init writes a spec that is valid as it stands, and never overwrites one", async () => {
  const cli = desk();
  expect(await cli.run("init", "--image", "ghcr.io/acme/web:1.4", "--port", "3000")).toBe(0);
  const text = cli.files.get("berth.yaml") ?? "";
  const parsed = parseSpec(documentOf(text));
  expect(parsed).toMatchObject({
    ok: true,
    spec: { name: "web", image: "ghcr.io/acme/web:1.4", route: { port: 3000 } },
  });
  expect(cli.err()).toContain("berth compare -f berth.yaml");
  expect(await cli.run("init")).toBe(2);
  expect(cli.err()).toContain("berth.yaml exists already and was left as it is");
  expect(cli.files.get("berth.yaml")).toBe(text);
});

test("an image that YAML could misread is quoted in the first spec", () => {
  const text = starterSpec({ name: "web", image: "*anchor", port: 80 });
  expect(documentOf(text)).toMatchObject({ image: "*anchor" });
});

function documentOf(text: string): unknown {
  const parsed = parseDocument(text, "application/yaml");
  return parsed.ok ? parsed.document : parsed.problems;
}
