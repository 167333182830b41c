import { afterEach, beforeEach, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { putPolicy } from "../../src/broker/policies.ts";
import { simulatePolicy } from "../../src/broker/simulate-policy.ts";
import { listViolations, reviewAfterPut } from "../../src/broker/violations.ts";
import { type Bench, openBench } from "./ports.ts";
import { sandboxTarget, webSpec } from "./specs.ts";

type Document = Readonly<Record<string, unknown>>;

const BELGIUM = "cloud-run/europe-west1";
const IOWA = "cloud-run/us-central1";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("belgium", sandboxTarget("cloud-run"));
  await bench.connect("iowa", { ...sandboxTarget("cloud-run"), region: "us-central1" });
  await store("team", {});
  await deployed("anywhere", {});
  await deployed("only-belgium", { policy: { regions: [BELGIUM] } });
  await deployed("only-iowa", { policy: { regions: [IOWA] } });
  await deployed("of-the-team", { policy: "team" });
  await deployed("divided", {
    policy: { spread: { over: "region", minimum: 2 } },
    scale: { min: 2, max: 3 },
  });
});
afterEach(() => bench.close());

const deployed = (name: string, over: Document) =>
  deploy(bench.main.ports, bench.caller, name, { spec: webSpec({ name, ...over }) });
const store = (name: string, document: Document) =>
  putPolicy(bench.main.ports, bench.caller, name, document, { of: "project" });
const simulated = (name: string, policy: Document) =>
  simulatePolicy(bench.main.ports, bench.caller, name, { policy, over: "fleet", limit: 100 });

/** Who runs where it is forbidden, and by which rules: as it is foretold, and as it is reported once the policy is stored. */
async function both(name: string, document: Document) {
  const foretold = await simulated(name, document);
  const { policy } = await store(name, document);
  expect(await reviewAfterPut(bench.main.ports, bench.caller, "project", policy)).toBe(true);
  const reported = await listViolations(bench.main.ports, bench.caller, name);
  return {
    count: foretold.totals.violations,
    foretold: foretold.changed
      .flatMap(({ workload, violation }) =>
        violation === undefined ? [] : [{ workload, place: violation.place, reasons: violation.reasons }],
      )
      .toSorted((a, b) => a.workload.localeCompare(b.workload)),
    reported: reported
      .map(({ workload, place, reasons }) => ({ workload, place, reasons }))
      .toSorted((a, b) => a.workload.localeCompare(b.workload)),
  };
}

test("what is left without any place runs where it would be forbidden, like what would move", async () => {
  const { totals, changed } = await simulated("us-only", { jurisdictions: ["US"], select: {} });
  const stuck = changed.find(({ workload }) => workload === "only-belgium");
  expect(stuck).toMatchObject({
    outcome: "unplaceable",
    violation: {
      already: false,
      place: { region: "europe-west1" },
      reasons: [{ rule: "policy:jurisdictions" }],
    },
  });
  expect(totals.violations).toBe(changed.filter(({ violation }) => violation !== undefined).length);
});

test.each<[string, string, Document]>([
  ["that only the US may be used", "us-only", { jurisdictions: ["US"], select: {} }],
  ["that all leave for another region", "west", { regions: ["ecs/us-west-2", IOWA], select: {} }],
  ["that only the EU may be used", "eu-only", { jurisdictions: ["EU"], select: {} }],
  ["that nothing may be used that there is", "own", { providers: ["agents"], select: {} }],
  ["that it may cost nothing", "free", { maxUsdPerMonth: { expected: "0.01" }, select: {} }],
  ["for all that name no other", "default", { jurisdictions: ["US"] }],
  ["for those that name it", "team", { arch: ["arm64"] }],
  ["that nothing goes by", "nobody", { providers: ["agents"] }],
])("a simulated policy foretells exactly what storing it reports: %s", async (_, name, document) => {
  const { count, foretold, reported } = await both(name, document);
  expect(foretold).toEqual(reported);
  expect(count).toBe(reported.length);
  if (name !== "nobody") expect(count).toBeGreaterThan(0);
});

test("what another policy forbids already is not foretold of this one, and of that one it is what it is today", async () => {
  await store("house", { jurisdictions: ["US"], select: {} });
  const same = await simulated("house", { jurisdictions: ["US"], select: {} });
  expect(same.totals.violations).toBeGreaterThan(0);
  for (const { violation } of same.changed) expect(violation?.already ?? true).toBe(true);
  const also = await both("also-us", { jurisdictions: ["US"], select: {} });
  expect(also).toEqual({ count: 0, foretold: [], reported: [] });
});

test("what is forbidden for one more reason than today is not already so today", async () => {
  await store("house", { jurisdictions: ["US"], select: {} });
  const { changed } = await simulated("house", { jurisdictions: ["US"], arch: ["arm64"], select: {} });
  const found = changed.find(({ workload }) => workload === "only-belgium")?.violation;
  expect(found?.reasons.map(({ rule }) => rule)).toEqual(["policy:jurisdictions", "policy:arch"]);
  expect(found?.already).toBe(false);
});

test("where policies contradict each other as they stand, what the changed one forbids is foretold all the same", async () => {
  await store("here", { regions: [BELGIUM], select: {} });
  await store("there", { regions: [IOWA], select: {} });
  const { missing, totals } = await simulated("arm", { arch: ["arm64"], select: {} });
  expect({ missing, unplaceable: totals.unplaceable }).toEqual({
    missing: [],
    unplaceable: totals.workloads,
  });
  const { foretold, reported } = await both("arm", { arch: ["arm64"], select: {} });
  expect(foretold).toEqual(reported);
  expect(foretold.length).toBeGreaterThan(0);
});
