import { afterEach, beforeEach, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { migrate } from "../../src/broker/migrate.ts";
import { clearOverrides } from "../../src/broker/overrides.ts";
import type { Plan } from "../../src/domain/plan.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget, webSpec } from "./specs.ts";

const ROLLOUT_MS = 45_000;

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("gov", { ...sandboxTarget("ecs"), region: "us-gov-west-1" });
});
afterEach(async () => {
  await bench.close();
});

const put = async (image: string, policy?: object) => {
  const spec = webSpec({ image: `localhost/web:${image}`, ...(policy === undefined ? {} : { policy }) });
  return (await deploy(bench.main.ports, bench.caller, "web", { spec })).plan;
};
const targetsOf = (plan: Plan) => [...new Set(plan.units.map(({ place }) => place.target))];

test("a workload of GovCloud is not moved to a commercial region that is cheaper or all that is left, and the plan says why", async () => {
  expect(targetsOf(await put("1"))).toEqual(["gov"]);
  await bench.run(ROLLOUT_MS);
  await bench.connect("commercial", { ...sandboxTarget("ecs"), region: "us-east-1" });
  const second = await put("2");
  expect(targetsOf(second)).toEqual(["gov"]);
  const said = second.explanation.rejected.flatMap(({ offer, reasons }) =>
    offer.place.target === "commercial" ? reasons : [],
  );
  expect(said).toContainEqual({
    rule: "realm",
    message:
      "the workload runs in the regions of the US government, and nothing moves it to the commercial regions by itself: berth migrate, with its target or region, does",
  });
  await bench.run(ROLLOUT_MS);
  await expect(put("3", { targets: ["commercial"] })).rejects.toMatchObject({ code: "no-placement" });
});

test("only somebody's own word crosses over, and then it stays on the other side", async () => {
  await put("1");
  await bench.run(ROLLOUT_MS);
  await bench.connect("commercial", { ...sandboxTarget("ecs"), region: "us-east-1" });
  await expect(
    migrate(bench.main.ports, bench.caller, "web", { to: { target: "nowhere" } }),
  ).rejects.toMatchObject({ code: "no-placement" });
  const { plan } = await migrate(bench.main.ports, bench.caller, "web", { to: { target: "commercial" } });
  expect(targetsOf(plan)).toEqual(["commercial"]);
  await bench.run(ROLLOUT_MS);
  await clearOverrides(bench.main.ports, bench.caller, "web");
  expect(targetsOf(await put("2"))).toEqual(["commercial"]);
});

test("another cloud of the same realm is a place like any other", async () => {
  await put("1");
  await bench.run(ROLLOUT_MS);
  await bench.connect("commercial", { ...sandboxTarget("ecs"), region: "us-east-1" });
  await bench.connect("other-gov", { ...sandboxTarget("ecs"), region: "us-gov-east-1" });
  const plan = await put("2", { targets: ["commercial", "other-gov"] });
  expect(targetsOf(plan)).toEqual(["other-gov"]);
});

test("a policy that wants the US takes GovCloud for it, and one that wants the EU or a near place does not", async () => {
  await bench.connect("china", { ...sandboxTarget("ecs"), region: "cn-north-1" });
  const plan = await put("1", { jurisdictions: ["US"] });
  expect(targetsOf(plan)).toEqual(["gov"]);
  const rulesOf = (target: string, of: Plan) =>
    of.explanation.rejected.flatMap(({ offer, reasons }) =>
      offer.place.target === target ? reasons.map(({ rule }) => rule) : [],
    );
  expect(rulesOf("china", plan)).toContain("policy:jurisdictions");
  await expect(put("2", { jurisdictions: ["EU"] })).rejects.toMatchObject({ code: "no-placement" });
  const spec = webSpec({ talksTo: [{ place: "aws/us-gov-west-1", name: "db", maxLatencyMs: 30 }] });
  const near = (await deploy(bench.main.ports, bench.caller, "near", { spec: { ...spec, name: "near" } }))
    .plan;
  expect(targetsOf(near)).toEqual(["gov"]);
  expect(rulesOf("china", near)).toContain("latency");
});
