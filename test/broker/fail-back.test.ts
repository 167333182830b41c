import { afterEach, beforeEach, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { failBack } from "../../src/broker/fail-back.ts";
import { joinHost, runWith, type JoinedHost } from "./agents.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget, workerSpec } from "./specs.ts";

const COOLDOWN = 10;
const MINUTE_MS = 60_000;
const BACK = {
  failover: { failback: true },
  movement: { minimumSavingPercent: 10, cooldownMinutes: COOLDOWN, maxPerHour: 10 },
};

let bench: Bench;
let attic: JoinedHost;
beforeEach(async () => {
  bench = await openBench();
  attic = await joinHost(bench, "attic");
  await bench.connect("cloud", sandboxTarget("ecs"));
});
afterEach(async () => {
  await bench.close();
});

const scope = () => ({ project: bench.caller.project.id, environment: "production" });
const plans = () => bench.file.store.plans(scope(), "web", 10);
const pass = (owner = "tests") => failBack(bench.main.ports, owner);
const events = async () =>
  (await bench.file.store.events(scope(), "web", 0, 200)).filter(({ type }) => type === "failback.waits");

/** Deployed at home, and moved to the cloud because its only host fell silent. */
async function failedOver(policy: Readonly<Record<string, unknown>>): Promise<void> {
  const spec = workerSpec({ unreachable: "replace", policy, name: "web" });
  await deploy(bench.main.ports, bench.caller, "web", { spec });
  await runWith(bench, [attic], 20_000);
  await runWith(bench, [], 40_000);
  const [last] = await plans();
  expect(last).toMatchObject({
    trigger: "failover",
    state: "ready",
    units: [{ place: { target: "cloud" } }],
  });
}

test("what a failover moved goes back when its place is well again and the cooldown is over, not before", async () => {
  await failedOver(BACK);
  await runWith(bench, [attic], 20_000);
  expect(await pass()).toBe(0);
  bench.clock.now += COOLDOWN * MINUTE_MS;
  await runWith(bench, [attic], 5_000);
  expect(await pass()).toBe(1);
  expect((await plans())[0]).toMatchObject({
    trigger: "rebalance",
    reason: expect.stringContaining("which a failover left, can take it again"),
    stops: {},
  });
  await runWith(bench, [attic], 60_000);
  expect((await plans())[0]).toMatchObject({ state: "ready", units: [{ place: { target: "home" } }] });
  expect(await bench.made("cloud")).toEqual([]);
  bench.clock.now += MINUTE_MS;
  expect(await pass()).toBe(0);
});

test("a place that is still gone is waited for, and that is told once", async () => {
  await failedOver(BACK);
  bench.clock.now += COOLDOWN * MINUTE_MS;
  for (const owner of ["a", "b", "c"]) {
    bench.clock.now += MINUTE_MS;
    expect(await pass(owner)).toBe(0);
  }
  expect((await plans())[0]?.trigger).toBe("failover");
  const told = await events();
  expect(told.map(({ message }) => message)).toEqual([expect.stringContaining("it does not go back to")]);
});

test("without failback it stays where the failover put it", async () => {
  await failedOver({ movement: BACK.movement });
  bench.clock.now += COOLDOWN * MINUTE_MS;
  await runWith(bench, [attic], 20_000);
  expect(await pass()).toBe(0);
  expect((await plans())[0]?.trigger).toBe("failover");
});

test("two processes at once make one plan of it", async () => {
  await failedOver(BACK);
  bench.clock.now += COOLDOWN * MINUTE_MS;
  await runWith(bench, [attic], 20_000);
  expect((await Promise.all([pass("a"), pass("b")])).toSorted((a, b) => a - b)).toEqual([0, 1]);
});

test("purged at once, what a lost host held ends even when the host comes back before its replacement serves", async () => {
  const policy = { failover: { purge: "direct" } };
  const spec = workerSpec({ unreachable: "replace", policy, name: "web" });
  await deploy(bench.main.ports, bench.caller, "web", { spec });
  await runWith(bench, [attic], 20_000);
  await bench.run(12_000);
  const [last] = await plans();
  const [before] = (await plans()).slice(1);
  expect(last).toMatchObject({ trigger: "failover" });
  expect(Object.values(last?.stops ?? {})).toEqual(["purged"]);
  expect(Object.keys(last?.stops ?? {})).toEqual(before?.units.map(({ id }) => id));
  const doomed = (await bench.file.store.units(scope(), "web")).filter(({ state }) => state === "doomed");
  expect(doomed.map(({ unit }) => unit.id)).toEqual(Object.keys(last?.stops ?? {}));
});
