import { afterEach, beforeEach, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { approveException, requestException } from "../../src/broker/exceptions.ts";
import { lookAtHeldPlans } from "../../src/broker/holds.ts";
import type { Caller } from "../../src/broker/ports.ts";
import { type Bench, openBench, START } from "./ports.ts";
import { sandboxTarget, webSpec } from "./specs.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("cloud", sandboxTarget("ecs"));
});
afterEach(() => bench.close());

const person = (name: string): Caller => ({ ...bench.caller, actor: `token:${name}`, token: `tok_${name}` });
const HOUR_MS = 3_600_000;
const APPROVAL = { name: "two-eyes", on: ["deploy"], effect: "approve", message: "ask the shop team" };
const FREEZE = {
  name: "week",
  message: "the shop is busy",
  from: new Date(START - HOUR_MS).toISOString(),
  until: new Date(START + 24 * HOUR_MS).toISOString(),
};
async function held(name: string, policy: Readonly<Record<string, unknown>>): Promise<string> {
  const { plan } = await deploy(bench.main.ports, person("ci"), name, { spec: webSpec({ name, policy }) });
  expect(plan.state).toBe("held");
  return plan.id;
}
const ask = (rule: string, workloads?: readonly string[]) =>
  requestException(bench.main.ports, person("bo"), {
    rule,
    select: workloads === undefined ? {} : { workloads },
    reason: "on call alone",
    until: START + HOUR_MS,
  });
async function statesAfterLook(...ids: readonly string[]) {
  await lookAtHeldPlans(bench.main.ports, "tests");
  return Promise.all(
    ids.map(async (id) => (await bench.file.store.plan(bench.caller.project.id, id))?.state),
  );
}

test("an exception lets go at the next pass what its freeze holds, and nothing that it is not for", async () => {
  const [web, api] = [await held("web", { freezes: [FREEZE] }), await held("api", { freezes: [FREEZE] })];
  expect(await statesAfterLook(web, api)).toEqual(["held", "held"]);
  await ask("other");
  await ask("week", ["web"]);
  expect(await statesAfterLook(web, api)).toEqual(["pending", "held"]);
});

test("an exception from a rule of approvals lets go once somebody else agreed to it", async () => {
  const web = await held("web", { rules: [APPROVAL] });
  const { id } = await ask("two-eyes");
  expect(await statesAfterLook(web)).toEqual(["held"]);
  await approveException(bench.main.ports, person("anna"), id);
  expect(await statesAfterLook(web)).toEqual(["pending"]);
});
