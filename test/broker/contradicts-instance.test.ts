import { afterEach, beforeEach, expect, test } from "vitest";
import { putEnvironment } from "../../src/broker/environments.ts";
import { putPolicy } from "../../src/broker/policies.ts";
import type { PolicyOwner } from "../../src/broker/policy-users.ts";
import { policyWarnings } from "../../src/broker/policy-warnings.ts";
import { Fault } from "../../src/domain/fault.ts";
import { type Bench, openBench } from "./ports.ts";
import { sandboxTarget } from "./specs.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("belgium", sandboxTarget("cloud-run"));
});
afterEach(() => bench.close());

/** Nothing where it was taken, else what is wrong with it. */
async function put(
  name: string,
  document: Readonly<Record<string, unknown>>,
  of: PolicyOwner = "project",
): Promise<readonly string[]> {
  try {
    await putPolicy(bench.main.ports, bench.caller, name, document, { of });
    return [];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    expect(error.code).toBe("invalid-body");
    return (error.problems ?? []).map(({ pointer, message }) => `${pointer} ${message}`);
  }
}
const warned = async (name: string, owner: PolicyOwner = "project") =>
  (await policyWarnings(bench.main.ports, bench.caller, { name, owner })).map(({ code }) => code);
const environment = (name: string, of: "staging" | "preview") =>
  putEnvironment(bench.main.ports, bench.caller, name, { class: of });
const within = (...classes: readonly string[]) => ({ select: { environments: { classes } } });

const EU = { jurisdictions: ["EU"] };
const US = { regions: ["ecs/us-east-1"] };
const REFUSED = [
  "/regions instance policy residency says jurisdictions: EU: together with regions here that leaves no place; " +
    "change regions, or have an administrator of the instance change that policy",
];

test("a project's policy that leaves no place with a mandatory one of the instance is not stored", async () => {
  await put("residency", { ...EU, select: {} }, "instance");
  expect(await put("team", { ...US, select: {} })).toEqual(REFUSED);
  expect(await put("team", { ...US, ...within("production") })).toEqual(REFUSED);
  expect(await put("team", US), "named by a spec").toEqual(REFUSED);
  expect(await bench.main.ports.store.policy(bench.caller.project.id, "team")).toBeUndefined();
  expect(await put("team", { regions: ["ecs/eu-west-1"], select: {} })).toEqual([]);
});

test("the instance's is stored whatever another says, and warns", async () => {
  await put("team", { ...US, select: {} });
  expect(await put("residency", { ...EU, select: {} }, "instance")).toEqual([]);
  expect(await warned("residency", "instance")).toEqual(["policy-conflict"]);
  expect(await put("america", { ...US, select: {} }, "instance"), "against its own too").toEqual([]);
});

test("a contradiction that stands already does not keep the rest of its policy from being mended", async () => {
  await put("team", { ...US, select: {} });
  await put("residency", { ...EU, select: {} }, "instance");
  expect(await put("team", { ...US, select: {}, requireDigest: true })).toEqual([]);
  expect(await put("team", { ...US, select: {}, requireDigest: true }), "the same again").toEqual([]);
  expect(await warned("team")).toEqual(["policy-conflict"]);
  expect(await put("team", { regions: ["ecs/us-east-2"], select: {} })).toEqual(REFUSED);
});

test("a contradiction that stands already spreads to no other environment, and no further than to who names it", async () => {
  await environment("pr-1", "preview");
  await put("team", { ...US, ...within("production") });
  await put("named", US);
  await put("residency", { ...EU, select: {} }, "instance");
  expect(await put("team", { ...US, ...within("production", "preview") })).toEqual(REFUSED);
  expect(await put("named", { ...US, select: {} })).toEqual(REFUSED);
  expect(await put("named", { ...US, spot: "allow" })).toEqual([]);
  expect(await put("team", { ...US, requireDigest: true })).toEqual(REFUSED);
});

test("what never meets an instance's policy is let be, and so is what only a spec names where it leaves a place", async () => {
  await put("residency", { ...EU, ...within("production") }, "instance");
  await put("named", US, "instance");
  expect(await put("previews", { ...US, ...within("preview") })).toEqual([]);
  expect(await put("europe", { ...EU, select: {} }), "what only a spec names").toEqual([]);
  expect(await put("cheap", US)).toEqual(REFUSED);
  await environment("qa", "staging");
  expect(await put("cheap", US)).toEqual([]);
  expect(await warned("cheap")).toEqual(["policy-conflict"]);
  expect(await put("everywhere", { ...US, select: {} })).toEqual(REFUSED);
});

test("what labels select is stored with a warning: they change without it", async () => {
  await put("residency", { ...EU, select: {} }, "instance");
  await putEnvironment(bench.main.ports, bench.caller, "qa", { class: "staging", labels: { zone: "us" } });
  expect(await put("team", { ...US, select: { environments: { labels: { zone: "us" } } } })).toEqual([]);
  expect(await warned("team")).toEqual(["policy-conflict"]);
});

test("an instance's policy for other projects is not held against this one's", async () => {
  const regulated = { projects: { labels: { tier: "regulated" } } };
  await put("residency", { ...EU, select: regulated }, "instance");
  expect(await put("team", { ...US, select: {} })).toEqual([]);
});
