import { beforeAll, expect, test } from "vitest";
import { starterSpec } from "../../src/cli/starter-spec.ts";
import { desk } from "./desk.ts";
import { realBroker } from "./real-broker.ts";

const { berth } = realBroker();
beforeAll(async () => {
  await berth("target add sandbox --simulates gcp --region europe-west1");
});

/** Plans a file against that broker, which also refuses what parses and is not served. */
const plan = (text: string) => berth("plan -f berth.yaml", { files: { "berth.yaml": text } });

const written = starterSpec({ name: "web", image: "ghcr.io/acme/web:1.4", port: 3000 }).split("\n");
/** A line that is an example, such as `  # arch: any`, and not a sentence. */
const EXAMPLE = /^( *)# (?=[a-z]\w*:(?: |$))/;
const examples = written.flatMap((line, index) => (EXAMPLE.test(line) ? [{ line: line.trim(), index }] : []));

test("the spec that berth init writes can be planned as it stands", async () => {
  const cli = desk();
  await cli.run("init", "--image", "ghcr.io/acme/web:1.4", "--port", "3000");
  const planned = await plan(cli.files.get("berth.yaml") ?? "");
  expect(planned, planned.err).toMatchObject({ exit: 0 });
});

test("every other comment of the first spec is a sentence, not an example that a test would miss", () => {
  const comments = written.filter((line) => /^ *#/.test(line) && !EXAMPLE.test(line));
  expect(comments).toEqual([written[0]]);
  expect(examples.length).toBeGreaterThan(2);
});

test.each(examples)("with $line put in, it can be planned as well", async ({ index }) => {
  const shown = written.map((line, at) => (at === index ? line.replace(EXAMPLE, "$1") : line));
  const planned = await plan(shown.join("\n"));
  expect(planned, planned.err).toMatchObject({ exit: 0 });
});
