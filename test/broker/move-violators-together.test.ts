import { afterEach, beforeEach, expect, test } from "vitest";
import { moveViolators } from "../../src/broker/move-violators.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget } from "./specs.ts";
import { MINUTE_MS, ROLLOUT_MS, US, violators } from "./violators.ts";

let bench: Bench;
let said: ReturnType<typeof violators>;
beforeEach(async () => {
  bench = await openBench();
  said = violators(bench);
  await bench.connect("belgium", sandboxTarget("cloud-run"));
  await said.deploy();
  await bench.run(ROLLOUT_MS);
  // Past the cooldown of whatever came before, and nothing of Berth's own did.
  bench.clock.now += MINUTE_MS;
});
afterEach(() => bench.close());
const iowa = () => bench.connect("iowa", { ...sandboxTarget("cloud-run"), region: "us-central1" });

/** A process that sees nobody's lease: what a lease that runs out too early would allow. */
const blind = () => bench.process((store) => ({ ...store, takeLease: async () => true })).ports;

test("two that begin at once make one move of each workload", async () => {
  await said.deploy("api");
  await bench.run(ROLLOUT_MS);
  await iowa();
  await said.put("us-only", US);
  await Promise.all([moveViolators(blind(), "a"), moveViolators(blind(), "b")]);
  for (const name of ["web", "api"])
    expect((await said.plans(name)).map(({ trigger }) => trigger)).toEqual(["policy", "deploy"]);
});

test("two that begin at once and are held keep one held plan, and tell it once", async () => {
  await iowa();
  const rules = [{ name: "eyes", on: ["rebalance"], effect: "approve", message: "ask" }];
  await said.put("us-only", { ...US, rules });
  await Promise.all([moveViolators(blind(), "a"), moveViolators(blind(), "b")]);
  expect((await said.events("plan.held")).length).toBe(1);
  expect((await said.held())?.trigger).toBe("policy");
});

test("one that dies between counting a try and committing it leaves nothing, and another makes the move later", async () => {
  await iowa();
  await said.put("us-only", US);
  const dying = bench.process((store) => ({
    ...store,
    commit: () => Promise.reject(new Error("the process died")),
  }));
  await moveViolators(dying.ports, "a");
  expect((await said.plans()).length).toBe(1);
  expect(await said.pass("b")).toBe(0);
  bench.clock.now += 3 * MINUTE_MS;
  expect(await said.pass("b")).toBe(1);
  expect((await said.plans())[0]?.trigger).toBe("policy");
});

test("a workload whose rollout is under way is left alone until it has ended", async () => {
  await iowa();
  const free = { ...US, movement: { cooldownMinutes: 0 } };
  await said.put("only", free);
  await said.pass();
  await said.put("only", { ...free, jurisdictions: ["EU"] });
  bench.clock.now += 2 * MINUTE_MS;
  await said.pass("other");
  expect((await said.plans()).length).toBe(2);
  await bench.run(ROLLOUT_MS);
  bench.clock.now += 2 * MINUTE_MS;
  await said.pass("other");
  await bench.run(ROLLOUT_MS);
  expect([(await said.plans()).length, await said.regions()]).toEqual([3, ["europe-west1"]]);
});
