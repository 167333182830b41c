import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { abortPlan } from "../../src/broker/abort.ts";
import { putAutomation } from "../../src/broker/automation.ts";
import { lookAtHeldPlans } from "../../src/broker/holds.ts";
import { nextTryAt } from "../../src/broker/move-violators.ts";
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

describe("whenViolated: move", () => {
  test("moves what runs where a stored policy forbids it: the old serves until the new does", async () => {
    await iowa();
    await said.put("us-only", US);
    expect(await said.pass()).toBe(1);
    const [plan, before] = await said.plans();
    expect(plan).toMatchObject({ trigger: "policy", actor: "berth", stops: {} });
    expect(plan?.reason).toContain("policy us-only (version 1) forbids");
    expect(plan?.units.map(({ place }) => place.region)).toEqual(["us-central1"]);
    const old = before?.units[0]?.id ?? "";
    let together = false;
    for (let step = 0; step < 90; step += 1) {
      await bench.run(500);
      const [route] = await bench.file.store.routes(1);
      const serving = route?.upstreams.filter(({ weight }) => weight > 0).map(({ unit }) => unit) ?? [];
      expect(serving.length).toBeGreaterThan(0);
      const there = (await bench.made("belgium")).length;
      if (serving.includes(old)) expect(there).toBeGreaterThan(0);
      together ||= there > 0 && (await bench.made("iowa")).length > 0;
    }
    expect(together).toBe(true);
    expect(await said.regions()).toEqual(["us-central1"]);
    expect(await said.noted()).toEqual([]);
    expect((await said.plans())[0]?.state).toBe("ready");
  });

  test("is over when nothing violates any more: another pass asks nobody and writes nothing", async () => {
    await iowa();
    await said.put("us-only", US);
    await said.pass();
    await bench.run(ROLLOUT_MS);
    bench.clock.now += 24 * 60 * MINUTE_MS;
    const before = await bench.file.dump();
    bench.calls.length = 0;
    expect(await said.pass()).toBe(0);
    expect([await bench.file.dump(), bench.calls]).toEqual([before, []]);
  });

  test("a policy that only reports moves nothing, and one that stops saying move ends it", async () => {
    await iowa();
    await said.put("us-only", { ...US, whenViolated: "report" });
    expect(await said.pass()).toBe(0);
    await said.put("us-only", US);
    await said.put("us-only", { ...US, whenViolated: "report" });
    expect([await said.pass(), (await said.plans()).length, (await said.noted()).length]).toEqual([0, 1, 1]);
  });

  test("a policy that allows it again after it was found ends it, also where nobody has looked since", async () => {
    await iowa();
    await said.put("us-only", US);
    await said.store("us-only", { ...US, jurisdictions: ["EU", "US"] });
    expect(await said.pass()).toBe(1);
    expect([(await said.plans()).length, await said.noted()]).toEqual([1, []]);
  });

  test("a wider policy's move is not made where a more specific one has come to say report", async () => {
    await iowa();
    await said.put("us-only", US);
    const environments = { names: ["production"] };
    await said.store("calm", { select: { environments }, whenViolated: "report" });
    expect(await said.pass()).toBe(1);
    bench.clock.now += 120 * MINUTE_MS;
    expect([await said.pass(), (await said.plans()).length, (await said.noted()).length]).toEqual([0, 1, 1]);
  });

  test("what turns out to be in order when its move is drafted stays, and its report goes", async () => {
    await iowa();
    await said.put("eu-only", { ...US, jurisdictions: ["EU"] });
    const [plan] = await said.plans();
    const [unit] = plan?.units ?? [];
    if (plan === undefined || unit === undefined) throw new Error("it runs");
    await bench.file.store.noteViolation(said.scope.project, {
      environment: "production",
      workload: "web",
      policy: "eu-only",
      version: 1,
      plan: plan.id,
      place: unit.place,
      reasons: [{ rule: "policy:regions", message: "it was so for a moment" }],
      since: bench.clock.now,
      move: { at: bench.clock.now, tries: 0 },
    });
    expect([await said.pass(), (await said.plans()).length, await said.noted()]).toEqual([1, 1, []]);
  });

  test("without another place nothing moves, and the reasons are told once, until there is one", async () => {
    await said.put("us-only", US);
    for (let hour = 0; hour < 3; hour += 1) {
      expect(await said.pass()).toBe(1);
      bench.clock.now += 60 * MINUTE_MS;
    }
    expect(await said.regions()).toEqual(["europe-west1"]);
    const [event, ...more] = await said.events("policy.not-moved");
    expect(more).toEqual([]);
    expect(event?.message).toContain("No place can take web");
    expect(event?.data).toMatchObject({ code: "no-placement", rejected: expect.any(Array) });
    await iowa();
    await said.pass();
    expect((await said.plans())[0]?.units[0]?.place.region).toBe("us-central1");
  });

  test("what stops the old before the new serves is not moved, and says how it can be", async () => {
    await said.deploy("once", { rollout: { order: "stop-first" } });
    await bench.run(ROLLOUT_MS);
    await iowa();
    await said.put("us-only", US);
    expect(await said.pass()).toBe(2);
    expect((await said.plans("once")).length).toBe(1);
    const [event] = await said.events("policy.not-moved", "once");
    expect(event?.message).toContain("move it by hand with berth migrate");
  });
});

describe("what binds automation", () => {
  test("the red switch keeps it where it is and is told once; on again, it moves", async () => {
    await iowa();
    await putAutomation(bench.main.ports, bench.caller, { enabled: false, reason: "a bad night" });
    await said.put("us-only", US);
    await said.pass();
    bench.clock.now += 60 * MINUTE_MS;
    await said.pass();
    expect((await said.plans()).length).toBe(1);
    expect((await said.events("automation.held-back")).length).toBe(1);
    await putAutomation(bench.main.ports, bench.caller, { enabled: true, reason: "it is over" });
    bench.clock.now += 60 * MINUTE_MS;
    await said.pass();
    expect((await said.plans())[0]?.trigger).toBe("policy");
  });

  test("movement.maxPerHour lets only so many go, and the others an hour later", async () => {
    await said.deploy("api");
    await bench.run(ROLLOUT_MS);
    await iowa();
    await said.put("us-only", { ...US, movement: { maxPerHour: 1 } });
    expect(await said.pass()).toBe(2);
    const moved = async () =>
      (await Promise.all(["web", "api"].map((name) => said.plans(name))))
        .flat()
        .filter(({ trigger }) => trigger === "policy").length;
    expect(await moved()).toBe(1);
    bench.clock.now += 61 * MINUTE_MS;
    await said.pass();
    expect(await moved()).toBe(2);
  });

  test("a freeze holds it: one held plan, however often the pass comes by, committed when the freeze ends", async () => {
    await iowa();
    const until = new Date(bench.clock.now + 5 * 60 * MINUTE_MS).toISOString();
    const from = new Date(bench.clock.now - 1_000).toISOString();
    await said.put("us-only", { ...US, freezes: [{ name: "week", message: "busy", from, until }] });
    await said.pass();
    const held = await said.held();
    expect(held).toMatchObject({ trigger: "policy", actor: "berth" });
    bench.clock.now += 61 * MINUTE_MS;
    await said.pass();
    expect((await said.held())?.id).toBe(held?.id);
    expect([(await said.events("plan.held")).length, (await said.events("policy.not-moved")).length]).toEqual(
      [1, 0],
    );
  });

  test("what was held is not committed while the red switch is off, and is when it is on again", async () => {
    await iowa();
    const until = new Date(bench.clock.now + 60 * MINUTE_MS).toISOString();
    const from = new Date(bench.clock.now - 1_000).toISOString();
    await said.put("us-only", { ...US, freezes: [{ name: "week", message: "busy", from, until }] });
    await said.pass();
    await putAutomation(bench.main.ports, bench.caller, { enabled: false, reason: "a bad night" });
    bench.clock.now += 61 * MINUTE_MS;
    await lookAtHeldPlans(bench.main.ports, "tests");
    expect([(await said.held())?.stateReason, (await said.plans()).length]).toEqual([
      expect.stringContaining("automation is off"),
      1,
    ]);
    await putAutomation(bench.main.ports, bench.caller, { enabled: true, reason: "it is over" });
    bench.clock.now += 11 * MINUTE_MS;
    await lookAtHeldPlans(bench.main.ports, "tests");
    expect((await said.plans())[0]?.trigger).toBe("policy");
  });

  test("a plan that a person made and that waits is not superseded by a move", async () => {
    await iowa();
    const approval = [{ name: "eyes", on: ["deploy"], effect: "approve", message: "ask" }];
    const policy = { rules: approval };
    await said.deploy("web", { image: "localhost/web:2", policy });
    const held = await said.held();
    expect(held?.trigger).toBe("deploy");
    await said.put("us-only", US);
    await said.pass();
    expect([(await said.held())?.id, (await said.plans()).length]).toEqual([held?.id, 1]);
    expect((await said.events("policy.not-moved"))[0]?.message).toContain("a move would supersede it");
  });

  test("a rule that denies it is told once", async () => {
    await iowa();
    const rules = [{ name: "stay", on: ["rebalance"], effect: "deny", message: "not now" }];
    await said.put("us-only", { ...US, rules });
    await said.pass();
    bench.clock.now += 60 * MINUTE_MS;
    await said.pass();
    expect([(await said.plans()).length, (await said.events("change.denied")).length]).toEqual([1, 1]);
  });

  test("a move that a person gave up is not made again under the same version", async () => {
    await iowa();
    await said.put("us-only", US);
    await said.pass();
    const [plan] = await said.plans();
    await abortPlan(bench.main.ports, bench.caller, plan?.id ?? "", { reason: "not now" });
    await bench.run(ROLLOUT_MS);
    expect(await said.regions()).toEqual(["europe-west1"]);
    for (let hour = 0; hour < 3; hour += 1) {
      bench.clock.now += 120 * MINUTE_MS;
      await said.pass();
    }
    expect((await said.plans()).length).toBe(2);
    expect((await said.events("policy.not-moved"))[0]?.message).toContain("was given up");
    await said.put("us-only", { ...US, movement: { cooldownMinutes: 1 } });
    await said.pass();
    expect((await said.plans()).length).toBe(3);
  });

  test("a move that fails goes back, and is tried again later and later", async () => {
    await iowa();
    await said.put("us-only", { ...US, movement: { cooldownMinutes: 0 } });
    bench.probe = () => "it answers 500";
    await said.pass();
    await bench.run(20 * MINUTE_MS, 5_000);
    expect(await said.regions()).toEqual(["europe-west1"]);
    const tries = (await said.plans()).length;
    bench.probe = () => undefined;
    bench.clock.now += 61 * MINUTE_MS;
    await said.pass();
    await bench.run(ROLLOUT_MS);
    expect([(await said.plans()).length, await said.regions()]).toEqual([tries + 1, ["us-central1"]]);
  });
});

test("tries are a minute apart at first, twice as long each time, and an hour at most", () => {
  expect([1, 2, 3, 7, 60].map((tries) => nextTryAt(0, tries) / MINUTE_MS)).toEqual([1, 2, 4, 60, 60]);
});
