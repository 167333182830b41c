import { afterEach, beforeEach, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { deletePolicy, putPolicy } from "../../src/broker/policies.ts";
import { reviewWorkload } from "../../src/broker/review-workload.ts";
import { rollback } from "../../src/broker/rollback.ts";
import { simulatePolicy } from "../../src/broker/simulate-policy.ts";
import { listViolations, reviewAfterPut } from "../../src/broker/violations.ts";
import { type Bench, openBench } from "./ports.ts";
import { sandboxTarget, webSpec } from "./specs.ts";

type Document = Readonly<Record<string, unknown>>;

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("belgium", sandboxTarget("cloud-run"));
  await bench.connect("iowa", { ...sandboxTarget("cloud-run"), region: "us-central1" });
  await store("tmp", { jurisdictions: ["EU", "US"] });
  await store("tmp", { jurisdictions: ["EU"] });
  await put({ policy: "tmp" });
  await put({ image: "localhost/web:2" });
});
afterEach(() => bench.close());

const put = (over: Document) => deploy(bench.main.ports, bench.caller, "web", { spec: webSpec(over) });
const store = async (name: string, document: Document) =>
  (await putPolicy(bench.main.ports, bench.caller, name, document, { of: "project" })).policy;
const remove = (name: string) => deletePolicy(bench.main.ports, bench.caller, name, { of: "project" });
const back = async () => (await rollback(bench.main.ports, bench.caller, "web", {})).plan;
const receipts = (name: string, policy?: Document) =>
  simulatePolicy(bench.main.ports, bench.caller, name, { policy, over: "receipts", limit: 100 });

test("the way back to a revision that names a removed policy stays open, under that policy as it was last, and says so", async () => {
  await remove("tmp");
  const plan = await back();
  expect(plan.units[0]?.place.region).toBe("europe-west1");
  expect(plan.explanation.layers).toContainEqual(
    expect.objectContaining({ layer: "workload", name: "tmp", version: 2 }),
  );
  expect(plan.reason).toBe(
    "back to revision 1, under policy tmp as it was last (version 2), for it was removed since",
  );
});

test("what came back so is looked at like any other: what forbids it is reported, by a new policy and by a look at it alone", async () => {
  await remove("tmp");
  await back();
  const policy = await store("us-only", { jurisdictions: ["US"], select: {} });
  await reviewAfterPut(bench.main.ports, bench.caller, "project", policy);
  const found = [{ policy: "us-only", workload: "web" }];
  expect(await listViolations(bench.main.ports, bench.caller)).toMatchObject(found);
  const scope = { project: bench.caller.project.id, environment: "production" };
  await bench.file.store.clearViolation(scope, "web");
  await reviewWorkload(bench.main.ports, bench.caller, "web");
  expect(await listViolations(bench.main.ports, bench.caller)).toMatchObject(found);
});

test("a policy that is there again counts as it is now, and the plan says nothing of it", async () => {
  await remove("tmp");
  await store("tmp", { jurisdictions: ["US"] });
  const plan = await back();
  expect(plan.units[0]?.place.region).toBe("us-central1");
  expect(plan.reason).toBe("back to revision 1");
});

test("whoever writes a spec can name another: to a deploy a removed policy is no policy", async () => {
  await remove("tmp");
  await expect(put({ policy: "tmp" })).rejects.toMatchObject({
    code: "invalid-spec",
    problems: [{ pointer: "/policy" }],
  });
});

test("past placements are judged by the policies of then, also where one was removed or changed since", async () => {
  await remove("tmp");
  await store("default", { jurisdictions: ["US"] });
  const { missing, totals } = await receipts("default");
  expect({ missing, totals }).toMatchObject({
    missing: [],
    totals: { workloads: 2, unchanged: 2, differenceUsd: "0" },
  });
});

test("a changed policy takes the place of its version of then, and stands beside the others of then", async () => {
  const labels = async (of: Readonly<Record<string, string>>) => {
    const production = await bench.file.store.environment(bench.caller.project.id, "production");
    if (production === undefined) throw new Error("production is always there");
    await bench.file.store.putEnvironment(bench.caller.project.id, { ...production, labels: of });
  };
  await labels({ data: "personal" });
  await store("house", { jurisdictions: ["EU"], select: { environments: { labels: { data: "personal" } } } });
  await put({ image: "localhost/web:3", policy: "tmp" });
  await labels({});
  await store("house", { jurisdictions: ["DE"], select: { environments: { labels: { data: "personal" } } } });
  await put({ image: "localhost/web:4" });
  await remove("tmp");
  const ends = async (name: string, policy: Document) =>
    (await receipts(name, policy)).changed.map(({ outcome }) => outcome).toSorted();
  // Two were placed by tmp: one of them beside a house that let only the EU in.
  expect(await ends("tmp", { jurisdictions: ["US"] })).toEqual(["moves", "unplaceable"]);
  // Two of the four were placed by tmp, which lets only the EU in.
  const torn = (await ends("house", { jurisdictions: ["US"], select: {} })).filter(
    (outcome) => outcome === "unplaceable",
  );
  expect(torn).toHaveLength(2);
});
