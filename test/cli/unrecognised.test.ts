import { expect, test } from "vitest";
import { desk, type DeskOptions } from "./desk.ts";
import { ok, scriptedBroker, type Script } from "./scripted-broker.ts";

const LEFT = {
  unit: "u1",
  name: "bleft",
  workload: "api",
  environment: "production",
  region: "eu-west-1",
  detail: "a service of 2 tasks",
};
const TRY = { ...LEFT, name: "btry", because: "btry is a try: remove it where it runs." };
const listing = (complete = true) => ok({ target: "prod", complete, resources: [LEFT, TRY] });
const PATH = "/v1/targets/prod/unrecognised";
const SCRIPT: Script = {
  [`GET ${PATH}`]: () => listing(),
  [`DELETE ${PATH}/bleft`]: () => ok({ target: "prod", name: "bleft", state: "gone" }),
};

async function against(script: Script, options: DeskOptions = {}) {
  const broker = await scriptedBroker(script);
  return { broker, cli: desk({ server: broker.url, ...options }) };
}

test("what is unrecognised is listed with what it is, and a look that was not complete says so", async () => {
  const { cli } = await against(SCRIPT);
  expect(await cli.run("target", "unrecognised", "prod")).toBe(0);
  expect(cli.out()).toMatch(/^\s*bleft\s+api\s+production\s+eu-west-1\s+a service of 2 tasks$/m);
  expect(cli.err()).not.toContain("there may be more");
  const half = await against({ [`GET ${PATH}`]: () => listing(false) });
  await half.cli.run("target", "unrecognised", "prod");
  expect(half.cli.err()).toContain("there may be more");
});

test("a purge says what would go and asks, and without a yes nothing is removed", async () => {
  const { cli, broker } = await against(SCRIPT, { terminal: true, stdin: "n\n" });
  expect(await cli.run("target", "purge", "prod", "bleft")).toBe(1);
  expect(cli.err()).toContain("Remove bleft of api at prod (a service of 2 tasks) for good?");
  expect(broker.calls.map(({ method }) => method)).toEqual(["GET"]);
});

test("a confirmed purge names the resource twice, and says whether it is gone", async () => {
  const { cli, broker } = await against(SCRIPT);
  expect(await cli.run("target", "purge", "prod", "bleft", "--yes")).toBe(0);
  expect(broker.calls.at(-1)).toMatchObject({
    method: "DELETE",
    path: `${PATH}/bleft`,
    query: { confirm: "bleft" },
  });
  expect(cli.out()).toBe("bleft is gone\n");
  const slow = await against({ ...SCRIPT, [`DELETE ${PATH}/bleft`]: () => ok({ state: "going" }) });
  await slow.cli.run("target", "purge", "prod", "bleft", "--yes");
  expect(slow.cli.out()).toBe("bleft is on its way out; say it again to be sure\n");
});

test.each([
  ["bother", "nothing unrecognised of the name bother is at prod"],
  ["btry", "btry is a try: remove it where it runs."],
])("a purge of %s is refused with what to do, and removes nothing", async (name, sentence) => {
  const { cli, broker } = await against(SCRIPT);
  expect(await cli.run("target", "purge", "prod", name, "--yes")).toBe(1);
  expect(cli.err()).toContain(sentence);
  expect(broker.calls.map(({ method }) => method)).toEqual(["GET"]);
});
