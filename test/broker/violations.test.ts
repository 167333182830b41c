import { afterEach, beforeEach, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { deletePolicy, putPolicy } from "../../src/broker/policies.ts";
import type { PolicyOwner } from "../../src/broker/policy-users.ts";
import { forgetViolations, listViolations, reviewAfterPut } from "../../src/broker/violations.ts";
import { type Bench, openBench } from "./ports.ts";
import { withRegion } from "./with-region.ts";
import { sandboxTarget, webSpec } from "./specs.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("belgium", sandboxTarget("cloud-run"));
  await deploy(bench.main.ports, bench.caller, "web", { spec: webSpec() });
  await bench.connect("iowa", { ...sandboxTarget("cloud-run"), region: "us-central1" });
});
afterEach(() => bench.close());

async function put(name: string, document: Readonly<Record<string, unknown>>, of: PolicyOwner = "project") {
  const { policy } = await putPolicy(bench.main.ports, bench.caller, name, document, { of });
  return reviewAfterPut(bench.main.ports, bench.caller, of, policy);
}
const noted = (policy?: string) => listViolations(bench.main.ports, bench.caller, policy);
const told = async () => {
  const scope = { project: bench.caller.project.id, environment: "production" };
  const events = await bench.file.store.events(scope, "web", 0, 100);
  return events.filter(({ type }) => type === "policy.violated");
};
const US = { jurisdictions: ["US"], select: {} };

test("a stored policy reports what runs against it, with an event, and touches nothing", async () => {
  bench.calls.length = 0;
  expect(await put("us-only", US)).toBe(true);
  expect(await noted("us-only")).toMatchObject([
    {
      environment: "production",
      workload: "web",
      version: 1,
      place: { region: "europe-west1" },
      reasons: [{ rule: "policy:jurisdictions" }],
    },
  ]);
  const [event] = await told();
  expect(event?.message).toContain("which policy us-only (version 1) forbids");
  expect(new Set(bench.calls.map(({ verb }) => verb))).toEqual(new Set(["offers"]));
});

test("a workload whose inline policy names what is gone since is looked at like any other", async () => {
  const policy = { regions: ["cloud-run/europe-west1", "ecs/eu-gone-1"] };
  await deploy(withRegion(bench, "eu-gone-1"), bench.caller, "web", { spec: webSpec({ policy }) });
  await put("us-only", US);
  expect(await noted("us-only")).toMatchObject([
    { workload: "web", reasons: [{ rule: "policy:jurisdictions" }] },
  ]);
});

test("the same policy again tells nothing twice and writes nothing", async () => {
  await put("us-only", US);
  const before = await bench.file.dump();
  await put("us-only", US);
  expect(await bench.file.dump()).toBe(before);
});

test("a policy that is changed to allow it takes its report back", async () => {
  await put("us-only", US);
  await put("us-only", { jurisdictions: ["US", "EU"], select: {} });
  expect(await noted()).toEqual([]);
});

test("the next plan, which the policy decides, ends the report", async () => {
  await put("us-only", US);
  await deploy(bench.main.ports, bench.caller, "web", { spec: webSpec({ image: "localhost/web:2" }) });
  expect(await noted()).toEqual([]);
});

test("a policy that is taken out of force is no longer reported", async () => {
  await put("us-only", US);
  await deletePolicy(bench.main.ports, bench.caller, "us-only", { of: "project" });
  await forgetViolations(bench.main.ports, bench.caller, "us-only", "project");
  expect(await noted()).toEqual([]);
});

test("what another policy forbids already is no finding about this one", async () => {
  await put("us-only", US);
  expect(await put("also-us", { ...US, spot: "forbid" })).toBe(true);
  expect(await noted("also-us")).toEqual([]);
  expect(await noted("us-only")).toHaveLength(1);
});

test("a policy that nothing here goes by reports nothing", async () => {
  await put("named-by-nobody", { jurisdictions: ["US"] });
  await put("staging", { jurisdictions: ["US"], select: { environments: { names: ["staging"] } } });
  expect(await noted()).toEqual([]);
  expect(await told()).toEqual([]);
});

test("a policy of the instance reports in the projects it selects", async () => {
  expect(await put("everybody", US, "instance")).toBe(true);
  expect(await noted("everybody")).toHaveLength(1);
});

test("what a policy forbids is reported where another one leaves it no place, too", async () => {
  await put("here", { regions: ["cloud-run/europe-west1"], select: {}, whenViolated: "move" });
  expect(await put("us-only", US)).toBe(true);
  expect(await noted("us-only")).toMatchObject([
    { workload: "web", place: { region: "europe-west1" }, reasons: [{ rule: "policy:jurisdictions" }] },
  ]);
  expect(await noted("here")).toEqual([]);
  const [event] = await told();
  expect(event?.message).toContain("it stays there until its next plan");
  await put("there", { regions: ["ecs/us-east-1"], select: {} });
  await put("arm", { arch: ["arm64"], select: {} });
  expect(await noted("arm"), "of three that leave nothing").toMatchObject([
    { reasons: [{ rule: "policy:arch" }] },
  ]);
});

test("a place that cannot answer is not said to be forbidden", async () => {
  bench.interference = { before: () => Promise.reject(new Error("down")) };
  expect(await put("us-only", US)).toBe(true);
  expect(await noted()).toEqual([]);
});
