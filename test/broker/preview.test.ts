import { afterEach, beforeEach, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { putEnvironment } from "../../src/broker/environments.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget, webSpec } from "./specs.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("cloud", sandboxTarget("ecs"));
  await putEnvironment(bench.main.ports, bench.caller, "pr-12", { class: "preview" });
});
afterEach(async () => {
  await bench.close();
});

test("in a preview a route is private unless the spec says public, and private is refused while nobody can call it", async () => {
  const caller = { ...bench.caller, environment: "pr-12" };
  await expect(deploy(bench.main.ports, caller, "web", { spec: webSpec() })).rejects.toMatchObject({
    code: "no-placement",
  });
  const { port, ...rest } = webSpec();
  const open = { ...rest, route: { port, access: "public" } };
  expect(await deploy(bench.main.ports, caller, "web", { spec: open })).toMatchObject({ outcome: "created" });
});
