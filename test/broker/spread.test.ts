import { afterEach, beforeEach, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { putPolicy } from "../../src/broker/policies.ts";
import { openBench, type Bench } from "./ports.ts";
import { webSpec } from "./specs.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  for (const region of ["eu-west-1", "eu-central-1", "eu-north-1"])
    await bench.connect(region, { kind: "sandbox", simulates: "ecs", region });
});
afterEach(async () => {
  await bench.close();
});

const put = (document: Readonly<Record<string, unknown>>) =>
  putPolicy(bench.main.ports, bench.caller, "house", { select: {}, ...document }, { of: "project" });
const spec = (changes: Readonly<Record<string, unknown>> = {}) => ({
  ...webSpec(),
  scale: { min: 3, max: 5 },
  ...changes,
});
const SPREAD = { over: "region", minimum: 2 } as const;

test("a spread service runs in that many regions, takes traffic in each, and the plan's replicas add up", async () => {
  await put({ spread: SPREAD });
  const { plan } = await deploy(bench.main.ports, bench.caller, "web", { spec: spec() });
  expect(plan.units.map(({ replicas }) => replicas)).toEqual([
    { min: 2, max: 3 },
    { min: 1, max: 2 },
  ]);
  expect(new Set(plan.units.map(({ place }) => place.region)).size).toBe(2);
  await bench.run(120_000, 2_000);
  const route = await bench.file.store.routeByName(bench.caller.project.id, "production", "web");
  const weights = route?.upstreams.map(({ weight }) => weight) ?? [];
  expect(weights).toHaveLength(2);
  expect(Math.min(...weights)).toBeGreaterThan(0);
  expect((await bench.file.store.plan(bench.caller.project.id, plan.id))?.state).toBe("ready");
});

test("a new image is rolled out in the same regions, and the same spec again changes nothing", async () => {
  await put({ spread: SPREAD });
  const first = await deploy(bench.main.ports, bench.caller, "web", { spec: spec() });
  await bench.run(120_000, 2_000);
  const again = await deploy(bench.main.ports, bench.caller, "web", { spec: spec() });
  expect(again.outcome).toBe("unchanged");
  const image = "localhost/web:2";
  const next = await deploy(bench.main.ports, bench.caller, "web", { spec: spec({ image }) });
  expect(next.plan.units.map(({ place }) => place)).toEqual(first.plan.units.map(({ place }) => place));
});

test("a spread that cannot be is refused with what is missing", async () => {
  await put({ spread: { ...SPREAD, minimum: 3 }, targets: ["eu-west-1", "eu-north-1"] });
  await expect(deploy(bench.main.ports, bench.caller, "web", { spec: spec() })).rejects.toMatchObject({
    code: "no-placement",
    message: expect.stringContaining("only 2 can take it"),
  });
});

test("a spread that a price cap leaves too few places for names the cap, and what it would have to be", async () => {
  await bench.connect("dear", { kind: "sandbox", simulates: "ecs", region: "sa-east-1" });
  const targets = ["eu-west-1", "dear"];
  await put({ spread: SPREAD, targets });
  const { plan } = await deploy(bench.main.ports, bench.caller, "web", { spec: spec() });
  const cheap = plan.explanation.ranked
    .map(({ offer }) => Number(offer.price?.expectedUsd))
    .sort((a, b) => a - b);
  const cap = ((cheap[0] ?? 0) + 0.01).toFixed(4);
  await put({ spread: SPREAD, targets, maxUsdPerMonth: { expected: cap } });
  await expect(
    deploy(bench.main.ports, bench.caller, "web", { spec: spec({ env: { A: "1" } }) }),
  ).rejects.toMatchObject({
    code: "no-placement",
    message: expect.stringMatching(
      /only 1 can take it .* Nearest is ecs\/sa-east-1\..*is above .* USD, the cap of policy house/,
    ),
  });
});
