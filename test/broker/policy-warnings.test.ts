import { afterEach, beforeEach, expect, test } from "vitest";
import { putEnvironment } from "../../src/broker/environments.ts";
import { putPolicy } from "../../src/broker/policies.ts";
import type { PolicyOwner } from "../../src/broker/policy-users.ts";
import { policyWarnings } from "../../src/broker/policy-warnings.ts";
import { type Bench, openBench } from "./ports.ts";
import { sandboxTarget } from "./specs.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("belgium", sandboxTarget("cloud-run"));
});
afterEach(() => bench.close());

async function put(name: string, document: Readonly<Record<string, unknown>>, of: PolicyOwner = "project") {
  await putPolicy(bench.main.ports, bench.caller, name, document, { of });
  const warnings = await policyWarnings(bench.main.ports, bench.caller, { name, owner: of });
  return warnings.map(({ code, message }) => `${code}: ${message}`);
}
const EU = { jurisdictions: ["EU"] };
const US = { regions: ["ecs/us-east-1"] };
const CONFLICT =
  "policy-conflict: together with project policy residency it leaves no place: " +
  "none of the regions ecs/us-east-1 (policy team) is in EU (policy residency): change regions or jurisdictions";

test("a policy that leaves no place with one that is mandatory is told which, and what of both", async () => {
  expect(await put("residency", { ...EU, select: {} })).toEqual([]);
  expect(await put("team", { ...US, select: {} })).toEqual([CONFLICT]);
  expect(await put("team", US), "named by a spec").toEqual([CONFLICT]);
});

test("the mandatory one is told of every policy that a spec may name, the instance's of every project", async () => {
  await put("team", US);
  await put("default", { arch: ["amd64"] });
  expect(await put("residency", { ...EU, select: {} }, "instance")).toEqual([
    expect.stringMatching(
      /^policy-conflict: together with workload policy team it leaves no place: none of the/,
    ),
  ]);
});

test("policies that never meet contradict nothing", async () => {
  await put("residency", { ...EU, select: { environments: { names: ["production"] } } });
  expect(await put("team", { ...US, select: { environments: { classes: ["preview"] } } })).toEqual([]);
  expect(await put("other", { providers: ["aci"] })).toEqual([]);
  await putEnvironment(bench.main.ports, bench.caller, "pr-1", { class: "preview" });
  expect(await put("team", { ...US, select: { environments: { classes: ["preview"] } } })).toEqual([
    "policy-conflict: together with workload policy other it leaves no place: " +
      "none of these regions (policy team) is of aci, the only providers allowed (policy other): change regions or providers",
  ]);
});

test("of policies that contradict each other alone and with others, only the fewest are told", async () => {
  await put("residency", { ...EU, select: {} });
  await put("sizes", { require: [{ name: "small", when: "needs.cpu < 2.0", message: "smaller" }] });
  await put("more", { requireDigest: true, select: { environments: { classes: ["production"] } } });
  await putEnvironment(bench.main.ports, bench.caller, "z-1", { class: "preview" });
  expect(await put("team", { ...US, select: {} })).toEqual([CONFLICT]);
});

test("what others contradict already is no warning about this one", async () => {
  await put("residency", { ...EU, select: {} });
  await put("team", { ...US, select: {} });
  expect(await put("digests", { requireDigest: true, select: {} })).toEqual([]);
});

test("names that nobody has are told with their place, and what may be a pool's is not", async () => {
  const tiers = [
    { name: "own", where: { targets: ["belgum"], regions: ["garage", "eu-west-1"] } },
    { name: "rest", where: {} },
  ];
  expect(await put("names", { targets: ["belgium", "belgum"], jurisdictions: ["UK", "EU"], tiers })).toEqual([
    "unknown-name: /targets/1: no target belgum is connected; did you mean belgium?",
    "unknown-name: /jurisdictions/0: none of ecs, aci, cloud-run has a region in UK, so only pools whose targets name it are meant",
    "unknown-name: /tiers/0/where/targets/0: no target belgum is connected; did you mean belgium?",
  ]);
  expect(await put("slip", { regions: ["europe-wst1"] })).toEqual([
    "unknown-name: /regions/0: no cloud has a region europe-wst1, so only a pool of that name is meant; did you mean europe-west1?",
  ]);
});
