import { afterEach, beforeEach, expect, test } from "vitest";
import { REVIEW_EVERY_MS } from "../../src/broker/review-fleets.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget } from "./specs.ts";
import { US, violators } from "./violators.ts";

let bench: Bench;
let said: ReturnType<typeof violators>;
beforeEach(async () => {
  bench = await openBench();
  said = violators(bench);
  await bench.connect("belgium", sandboxTarget("cloud-run"));
});
afterEach(() => bench.close());
const REPORT = { ...US, whenViolated: "report" };
const names = async () => (await said.noted()).map(({ workload }) => workload);
const next = () => (bench.clock.now += REVIEW_EVERY_MS);

test("what a review at the time of storing did not reach is found, page by page, and told once", async () => {
  for (const name of ["api", "shop", "web"]) await said.deploy(name);
  await said.store("us-only", REPORT);
  expect(await said.look(2)).toBe(2);
  expect(await names()).toEqual(["api", "shop"]);
  next();
  expect(await said.look(2)).toBe(1);
  expect(await names()).toEqual(["api", "shop", "web"]);
  await said.put("us-only", REPORT);
  expect(await said.events("policy.violated")).toHaveLength(1);
});

test("with nothing changed it asks no target and writes nothing, and after some hours it looks again", async () => {
  await said.deploy();
  await said.store("us-only", REPORT);
  await said.look();
  const before = await bench.file.dump();
  bench.calls.length = 0;
  next();
  expect(await said.look()).toBe(0);
  expect([await bench.file.dump(), bench.calls]).toEqual([before, []]);
  bench.clock.now += 6 * 3_600_000;
  expect(await said.look()).toBe(1);
});

test("a project without policies is never looked at", async () => {
  await said.deploy();
  bench.calls.length = 0;
  expect([await said.look(), bench.calls]).toEqual([0, []]);
});

test("a label that an administrator changes is found", async () => {
  await said.deploy();
  const environments = { labels: { data: "american" } };
  await said.store("us-only", { ...REPORT, select: { environments } });
  await said.look();
  expect(await names()).toEqual([]);
  const { store } = bench.file;
  const production = await store.environment(said.scope.project, "production");
  if (production === undefined) throw new Error("production is always there");
  await store.putEnvironment(said.scope.project, { ...production, labels: environments.labels });
  next();
  await said.look();
  expect(await names()).toEqual(["web"]);
});

test("a policy that no longer forbids it takes the report back, and so does its removal", async () => {
  await said.deploy();
  await said.store("us-only", REPORT);
  await said.look();
  await said.store("us-only", { ...REPORT, jurisdictions: ["EU"] });
  next();
  await said.look();
  expect(await names()).toEqual([]);
  await said.put("us-only", REPORT);
  const { project } = said.scope;
  await bench.file.store.deletePolicy(
    { owner: project, name: "us-only", actor: "token:ci", createdAt: bench.clock.now },
    undefined,
  );
  next();
  await said.look();
  expect(await names()).toEqual([]);
});

test("a target that does not answer takes no report back", async () => {
  await said.deploy();
  await said.put("us-only", REPORT);
  bench.interference = { before: () => Promise.reject(new Error("down")) };
  await said.look();
  expect(await names()).toEqual(["web"]);
});

test("of two policies that forbid it the one that is reported stays, until it no longer does", async () => {
  await said.deploy();
  await said.put("us-only", REPORT);
  await said.store("also-us", REPORT);
  await said.look();
  expect(await said.noted()).toMatchObject([{ policy: "us-only" }]);
  await said.store("us-only", { ...REPORT, jurisdictions: ["EU", "US"] });
  next();
  await said.look();
  expect(await said.noted()).toMatchObject([
    { policy: "also-us", reasons: [{ rule: "policy:jurisdictions" }] },
  ]);
});

test("policies that contradict each other leave it where it is, and it is told once", async () => {
  await said.deploy();
  await said.store("us-only", { ...REPORT, providers: ["ecs"], jurisdictions: undefined });
  await said.store("google", { select: {}, providers: ["cloud-run"] });
  await said.look();
  bench.clock.now += 6 * 3_600_000;
  await said.look();
  expect(await said.events("policy.not-moved")).toHaveLength(1);
  expect(await said.events("policy.violated")).toHaveLength(1);
  expect(await said.noted()).toMatchObject([{ policy: "us-only", reasons: [{ rule: "policy:providers" }] }]);
  expect(await said.plans()).toHaveLength(1);
});

test("what only the look at the fleet has found moves where its policy says so", async () => {
  await said.deploy();
  await bench.connect("iowa", { ...sandboxTarget("cloud-run"), region: "us-central1" });
  await bench.run(45_000);
  await said.store("us-only", US);
  await said.look();
  expect(await said.pass()).toBe(1);
  expect((await said.plans())[0]).toMatchObject({
    trigger: "policy",
    units: [{ place: { region: "us-central1" } }],
  });
});

test("a workload that cannot be looked at does not keep the others from it", async () => {
  for (const name of ["api", "web"]) await said.deploy(name);
  await said.store("us-only", REPORT);
  const { store } = bench.file;
  bench.main = bench.process(() => ({
    ...store,
    units: (scope, name) =>
      name === "api" ? Promise.reject(new Error("a bad row")) : store.units(scope, name),
  }));
  await said.look();
  expect([await names(), bench.logged.filter((line) => line.includes("production/api")).length]).toEqual([
    ["web"],
    1,
  ]);
});
