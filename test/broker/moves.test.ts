import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { describe as describeWorkload } from "../../src/broker/describe.ts";
import { migrate } from "../../src/broker/migrate.ts";
import { clearOverrides, putOverride } from "../../src/broker/overrides.ts";
import { rollback } from "../../src/broker/rollback.ts";
import { withRegion } from "./with-region.ts";
import type { Plan } from "../../src/domain/plan.ts";
import { openBench, START, type Bench } from "./ports.ts";
import { sandboxTarget, webSpec } from "./specs.ts";

/** Long enough for a rollout, its quiesce and the removal of what was before. */
const ROLLOUT_MS = 45_000;

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("one", sandboxTarget("ecs"));
  await bench.connect("two", sandboxTarget("cloud-run"));
});
afterEach(async () => {
  await bench.close();
});

const put = async (image: string) =>
  (
    await deploy(bench.main.ports, bench.caller, "web", {
      spec: webSpec({ image: `localhost/web:${image}` }),
    })
  ).plan;
const move = (target: string, over = {}) =>
  migrate(bench.main.ports, bench.caller, "web", { to: { target }, ...over });
const back = async (revision?: string) =>
  (await rollback(bench.main.ports, bench.caller, "web", { revision })).plan;
const targetOf = (plan: Plan) => plan.units[0]?.place.target ?? "";
const imageOf = (plan: Plan) => plan.units[0]?.template.image;
const elsewhere = (target: string) => (target === "one" ? "two" : "one");

describe("migrate", () => {
  test("moves the workload, and every later deploy stays there and says why", async () => {
    const first = await put("1");
    await bench.run(ROLLOUT_MS);
    const to = elsewhere(targetOf(first));
    const moved = await move(to, { reason: "bad night" });
    expect(moved.plan).toMatchObject({ trigger: "migrate", reason: "bad night", revision: first.revision });
    await bench.run(ROLLOUT_MS);
    expect(await bench.made(targetOf(first))).toEqual([]);
    expect((await bench.made(to)).map(({ id }) => id)).toEqual([moved.plan.units[0]?.id]);
    const next = await put("2");
    expect(targetOf(next)).toBe(to);
    expect(next.explanation.overrides).toEqual([`pinned to ${to}: bad night`]);
  });

  test("is not refused for what an inline policy that was taken before would be refused for today", async () => {
    const policy = { regions: ["ecs/eu-west-1", "cloud-run/europe-west1", "ecs/eu-gone-1"] };
    const then = withRegion(bench, "eu-gone-1");
    const { plan } = await deploy(then, bench.caller, "web", { spec: webSpec({ policy }) });
    await bench.run(ROLLOUT_MS);
    const moved = await move(elsewhere(targetOf(plan)));
    expect(targetOf(moved.plan)).toBe(elsewhere(targetOf(plan)));
    await expect(
      deploy(bench.main.ports, bench.caller, "web", { spec: webSpec({ policy }), redeploy: true }),
    ).rejects.toMatchObject({ code: "invalid-spec" });
  });

  test("leaves a pin that ends when it was told to", async () => {
    const first = await put("1");
    await bench.run(ROLLOUT_MS);
    const to = elsewhere(targetOf(first));
    await move(to, { until: bench.clock.now + 60_000 });
    await bench.run(ROLLOUT_MS);
    expect((await put("2")).explanation.overrides).toHaveLength(1);
    await bench.run(20_000);
    expect((await put("3")).explanation.overrides).toEqual([]);
  });

  test("to a place that cannot take it is refused and leaves no pin", async () => {
    await put("1");
    await expect(move("none")).rejects.toMatchObject({ code: "no-placement" });
    await expect(migrate(bench.main.ports, bench.caller, "web", { to: {} })).rejects.toMatchObject({
      code: "invalid-body",
      problems: [{ pointer: "/to" }],
    });
    expect((await describeWorkload(bench.main.ports, bench.caller, "web")).overrides).toEqual([]);
  });

  test("of a workload that does not exist is not found", async () => {
    await expect(move("one")).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("rollback", () => {
  test("goes to the revision before the one in force, or to the one that is named", async () => {
    for (const image of ["1", "2", "3"]) {
      await put(image);
      await bench.run(ROLLOUT_MS);
    }
    const previous = await back();
    expect([imageOf(previous), previous.trigger, previous.reason]).toEqual([
      "localhost/web:2",
      "rollback",
      "back to revision 2",
    ]);
    await bench.run(ROLLOUT_MS);
    expect(imageOf(await back("1"))).toBe("localhost/web:1");
    await bench.run(ROLLOUT_MS);
    await expect(back()).rejects.toMatchObject({ code: "not-found" });
    await expect(back("77")).rejects.toMatchObject({ code: "not-found" });
  });

  test("starts new units: the old ones' ids are spent", async () => {
    const first = await put("1");
    await bench.run(ROLLOUT_MS);
    await put("2");
    await bench.run(ROLLOUT_MS);
    const again = await back();
    expect(again.units[0]?.template).toEqual(first.units[0]?.template);
    expect(again.units[0]?.id).not.toBe(first.units[0]?.id);
    expect(again.units[0]).toMatchObject({ attempt: 1, birth: 3 });
  });

  test("after an automatic rollback goes behind the revision in force, not behind the one that failed", async () => {
    for (const image of ["1", "2"]) {
      await put(image);
      await bench.run(ROLLOUT_MS);
    }
    const failed = await put("crash");
    await bench.run(ROLLOUT_MS);
    expect(await bench.file.store.plan(failed.project, failed.id)).toMatchObject({
      state: "rolled-back",
      stateReason: expect.stringContaining("exit code 1"),
    });
    expect(imageOf(await back())).toBe("localhost/web:1");
  });
});

describe("an override", () => {
  test("of the scale holds over the spec until it is cleared", async () => {
    await put("1");
    const scale = { min: 3, max: 3 };
    await putOverride(bench.main.ports, bench.caller, "web", { scale, reason: "sale" });
    const scaled = await put("2");
    expect(scaled.units[0]?.replicas).toEqual(scale);
    expect(scaled.explanation.overrides).toEqual(["scaled to 3-3: sale"]);
    await clearOverrides(bench.main.ports, bench.caller, "web");
    expect((await put("3")).units[0]?.replicas).toEqual({ min: 1, max: 1 });
  });

  test("that avoids a place moves the next plan away from it", async () => {
    const first = await put("1");
    const avoid = { target: targetOf(first) };
    await putOverride(bench.main.ports, bench.caller, "web", { avoid, reason: "flaky" });
    const next = await put("2");
    expect(targetOf(next)).toBe(elsewhere(targetOf(first)));
    expect(next.explanation.overrides).toEqual([`avoids ${targetOf(first)}: flaky`]);
  });

  test("without an effect, or that has ended before it begins, is refused", async () => {
    await put("1");
    const lay = (over: object) =>
      putOverride(bench.main.ports, bench.caller, "web", { reason: "r", ...over });
    await expect(lay({})).rejects.toMatchObject({ code: "invalid-body" });
    const past = lay({ pin: { target: "one" }, until: START });
    await expect(past).rejects.toMatchObject({ problems: [{ pointer: "/until" }] });
  });
});
