import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { dryRun } from "../../src/broker/dry-run.ts";
import { putBudget, readBudget, type BudgetRequest } from "../../src/broker/budgets.ts";
import { meterPass } from "../../src/broker/meter.ts";
import { clearOverrides } from "../../src/broker/overrides.ts";
import { watchBudgets } from "../../src/broker/watch-budgets.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget, webSpec, workerSpec } from "./specs.ts";

const HOUR_MS = 3_600_000;
const ROLLOUT_MS = 45_000;

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("one", sandboxTarget("ecs"));
  await put({ scale: { min: 2, max: 2 } });
  await bench.run(ROLLOUT_MS);
});
afterEach(async () => {
  await bench.close();
});

const put = (over = {}) => deploy(bench.main.ports, bench.caller, "web", { spec: workerSpec(over) });
const budget = (request: Partial<BudgetRequest> = {}) =>
  putBudget(bench.main.ports, bench.caller, "team", { usdPerMonth: "500", select: {}, ...request });
const read = () => readBudget(bench.main.ports, bench.caller, "team");
const scope = () => ({ project: bench.caller.project.id, environment: "production" });
const overrides = () => bench.file.store.overrides(scope(), "web", bench.clock.now);
const events = async (type: string) =>
  (await bench.file.store.events(scope(), "web", 0, 200)).filter((event) => event.type === type);

/** Time goes by, somebody looks, the meter runs and the budgets are watched. */
async function later(hours: number): Promise<number> {
  bench.clock.now += hours * HOUR_MS;
  await bench.run(1_000);
  await meterPass({ ...bench.main.ports, owner: "a" });
  return watchBudgets(bench.main.ports, "a");
}

describe("a budget's ladder", () => {
  test("warns, then holds what would raise the cost, and lets a fix of the same cost through", async () => {
    await budget({ usdPerMonth: "200" });
    const [one] = await bench.file.store
      .ledger({ ...scope(), from: 0, to: bench.clock.now, limit: 10 })
      .then(({ rows }) => rows);
    expect(one).toBeUndefined();
    await later(1);
    expect((await read()).steps).toEqual([]);
    // 2 replicas of a small worker cost some dollars a month, so a budget of cents is soon used up.
    await putBudget(bench.main.ports, bench.caller, "team", {
      usdPerMonth: "0.10",
      select: {},
      overrideUntil: bench.clock.now + 1_000,
    });
    await later(20);
    await later(0);
    const now = await read();
    expect(now.steps.map(({ do: what }) => what)).toEqual(["warn", "block-new"]);
    expect([now.blocksNew, now.spentKnown]).toEqual([true, true]);
    expect(await events("budget.announced")).toHaveLength(2);
    const fix = await put({ scale: { min: 2, max: 2 }, env: { FIX: "1" } });
    expect(fix.outcome).toBe("changed");
    await bench.run(ROLLOUT_MS);
    const more = await put({ scale: { min: 4, max: 4 } });
    expect(more).toMatchObject({
      outcome: "held",
      plan: { state: "held", holds: [{ kind: "budget", rule: "team" }] },
    });
    expect(await overrides()).toEqual([]);
  });

  test("scales down only when asked, only after its grace, once, and nobody but a person undoes it", async () => {
    const ladder = [{ atPercent: 50, do: "scale-down" as const, graceMinutes: 30 }];
    await budget({ usdPerMonth: "0.10", ladder });
    expect(await later(20)).toBe(1);
    expect(await overrides()).toEqual([]);
    expect((await events("budget.announced"))[0]?.message).toContain("scaled to one replica");
    expect(await later(0.25)).toBe(0);
    expect(await later(0.5)).toBe(1);
    const [laid] = await overrides();
    expect(laid).toMatchObject({
      scale: { min: 1, max: 1 },
      actor: "berth",
      reason: expect.stringContaining("budget team"),
    });
    await bench.run(ROLLOUT_MS);
    expect((await bench.file.store.units(scope(), "web"))[0]?.unit.replicas).toEqual({ min: 1, max: 1 });
    expect(await events("budget.acted")).toHaveLength(1);
    expect((await read()).steps[0]?.outcome).toContain("web: plan");
    await clearOverrides(bench.main.ports, bench.caller, "web");
    expect(await later(5)).toBe(0);
    expect(await overrides()).toEqual([]);
  });

  test("stops workers and services at zero replicas, and the plan says which budget did it", async () => {
    await deploy(bench.main.ports, bench.caller, "api", { spec: webSpec({ name: "api" }) });
    await bench.run(ROLLOUT_MS);
    await budget({ usdPerMonth: "0.10", ladder: [{ atPercent: 100, do: "stop", graceMinutes: 0 }] });
    await later(20);
    await bench.run(2 * ROLLOUT_MS);
    for (const name of ["web", "api"]) {
      const row = await bench.file.store.workload(scope(), name);
      const plan = await bench.file.store.plan(scope().project, row?.plan ?? "");
      const reason = expect.stringContaining("budget team: stop");
      expect(plan).toMatchObject({ trigger: "policy", actor: "berth", reason, state: "ready" });
    }
    await meterPass({ ...bench.main.ports, owner: "a" });
    const { spentUsd } = await read();
    bench.clock.now += 10 * HOUR_MS;
    expect((await read()).spentUsd).toBe(spentUsd);
  });

  test("moves to a cheaper place by a plan that avoids the dear one, and stays where there is none", async () => {
    const ladder = [{ atPercent: 100, do: "move" as const, graceMinutes: 0 }];
    await budget({ usdPerMonth: "0.10", ladder });
    await later(20);
    expect((await read()).steps[0]?.outcome).toMatch(/no allowed place costs less|No place can take/);
    expect(await overrides()).toEqual([]);
  });

  test("moves to a cheaper place where there is one", async () => {
    await bench.close();
    bench = await openBench();
    await bench.connect("dear", sandboxTarget("aci"));
    await put();
    await bench.run(ROLLOUT_MS);
    await bench.connect("cheap", sandboxTarget("ecs"));
    await budget({ usdPerMonth: "0.10", ladder: [{ atPercent: 100, do: "move", graceMinutes: 0 }] });
    await later(20);
    await bench.run(2 * ROLLOUT_MS);
    const units = await bench.file.store.units(scope(), "web");
    expect(units.map(({ unit }) => unit.place.target)).toEqual(["cheap"]);
    expect(await overrides()).toMatchObject([{ avoid: { target: "dear" }, actor: "berth" }]);
  });

  test("a broker that was away does nothing until it has looked; a meter that is behind does nothing at all", async () => {
    await budget({ usdPerMonth: "0.10", ladder: [{ atPercent: 100, do: "stop", graceMinutes: 0 }] });
    await meterPass({ ...bench.main.ports, owner: "a" });
    bench.clock.now += 100 * HOUR_MS;
    expect(await watchBudgets(bench.main.ports, "a")).toBe(0);
    await put({ scale: { min: 2, max: 2 }, env: { MORE: "facts" } });
    await bench.run(ROLLOUT_MS);
    bench.clock.now += HOUR_MS;
    await bench.run(1_000);
    expect(await watchBudgets(bench.main.ports, "a")).toBe(0);
    expect((await read()).spentKnown).toBe(false);
    expect(await later(0)).toBeGreaterThan(0);
  });

  test("with nothing reached a watch writes nothing", async () => {
    await budget();
    await later(1);
    const before = await bench.file.dump();
    expect(await watchBudgets(bench.main.ports, "a")).toBe(0);
    expect(await bench.file.dump()).toEqual(before);
  });

  test("what a deploy may cost at scale.max is reserved, and one too many is refused with the numbers", async () => {
    const { reservedUsd } = (await budget()).budget;
    await budget({ usdPerMonth: reservedUsd });
    await expect(put({ scale: { min: 2, max: 3 } })).rejects.toMatchObject({
      code: "budget-exceeded",
      extra: {
        budget: "team",
        capUsd: expect.stringMatching(/^\d/),
        wantedUsd: expect.stringMatching(/^\d/),
      },
    });
    expect((await put({ scale: { min: 2, max: 2 }, env: { A: "1" } })).outcome).toBe("changed");
  });

  test("a dry run says which budget would refuse it, and none where it is as dear as before", async () => {
    const { reservedUsd } = (await budget()).budget;
    await budget({ usdPerMonth: reservedUsd });
    const codes = async (max: number) => {
      const plan = await dryRun(bench.main.ports, bench.caller, {
        spec: workerSpec({ scale: { min: 2, max } }),
      });
      return plan.warnings
        .filter(({ message }) => message.startsWith("Budget team allows"))
        .map(({ code }) => code);
    };
    expect([await codes(3), await codes(2)]).toEqual([["budget-exceeded"], []]);
  });

  test("an emergency past a budget's cap names the budget under passed", async () => {
    const { reservedUsd } = (await budget()).budget;
    await budget({ usdPerMonth: reservedUsd });
    const { plan } = await deploy(
      bench.main.ports,
      bench.caller,
      "web",
      { spec: workerSpec({ scale: { min: 2, max: 3 } }) },
      { emergency: { reason: "sale" } },
    );
    expect(plan.passed).toEqual([{ rule: "team", by: { emergency: "sale" } }]);
  });

  test("a ladder without block-new refuses no deploy, whatever it does later; with it, at its own share", async () => {
    const { reservedUsd } = (await budget()).budget;
    const act = [
      { atPercent: 50, do: "scale-down" as const },
      { atPercent: 80, do: "stop" as const },
    ];
    const without = await budget({ usdPerMonth: reservedUsd, ladder: act });
    expect(without.budget.capUsd).toBeUndefined();
    expect((await put({ scale: { min: 2, max: 3 } })).outcome).toBe("changed");
    await bench.run(ROLLOUT_MS);
    const ladder = [...act, { atPercent: 100, do: "block-new" as const }];
    expect((await budget({ usdPerMonth: "1", ladder })).budget.capUsd).toBe("1");
    await expect(put({ scale: { min: 2, max: 4 } })).rejects.toMatchObject({ code: "budget-exceeded" });
  });

  test("a workload that leaves a budget by other labels is told which, and what it holds of it", async () => {
    await put({ scale: { min: 2, max: 2 }, labels: { team: "shop" } });
    await bench.run(ROLLOUT_MS);
    const { reservedUsd } = (await budget({ select: { workloads: { team: "shop" } } })).budget;
    const left = async (labels: object) => {
      const spec = workerSpec({ scale: { min: 2, max: 2 }, labels });
      const plan = await dryRun(bench.main.ports, bench.caller, { spec });
      return plan.warnings.filter(({ code }) => code === "budget-left");
    };
    expect(Number(reservedUsd)).toBeGreaterThan(0);
    expect(await left({ team: "shop", tier: "web" })).toEqual([]);
    const [warning, ...more] = await left({ team: "other" });
    expect(more).toEqual([]);
    for (const words of ["web leaves budget team", `holds ${reservedUsd} USD`, "team=shop"])
      expect(warning?.message).toContain(words);
    const { plan } = await put({ scale: { min: 2, max: 2 } });
    expect(plan.warnings.map(({ code }) => code)).toContain("budget-left");
    await bench.run(ROLLOUT_MS);
    expect((await read()).reservedUsd).toBe("0");
    expect(await left({})).toEqual([]);
  });
});
