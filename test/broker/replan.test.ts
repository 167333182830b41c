import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { AdapterError } from "../../src/domain/fault.ts";
import { joinHost, runWith } from "./agents.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget, webSpec, workerSpec } from "./specs.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(async () => {
  await bench.close();
});

const put = async (spec: unknown) => (await deploy(bench.main.ports, bench.caller, "web", { spec })).plan;
const scope = () => ({ project: bench.caller.project.id, environment: "production" });
const plans = () => bench.file.store.plans(scope(), "web", 20);
const count = (verb: string) => bench.calls.filter((call) => call.verb === verb).length;

function full(target: string): void {
  bench.interference = {
    before: (call) => {
      if (call.verb === "apply" && call.target === target)
        throw new AdapterError("capacity", "nobody may have more here right now");
    },
  };
}

describe("a place that is full", () => {
  test("is left for another in the same change, under the same deadline", async () => {
    await bench.connect("one", sandboxTarget("ecs"));
    await bench.connect("two", sandboxTarget("cloud-run"));
    const first = await put(webSpec());
    const chosen = first.units[0]?.place.target ?? "";
    full(chosen);
    await bench.run(6_000);
    const [next] = await plans();
    expect(next).toMatchObject({
      state: "ready",
      trigger: "deploy",
      changeId: first.changeId,
      deadlineAt: first.deadlineAt,
      reason: "nobody may have more here right now",
    });
    expect(next?.units[0]?.place.target).not.toBe(chosen);
    expect(await bench.made(chosen)).toEqual([]);
  });

  test("is tried again only at intervals when there is no other, and used when it has room", async () => {
    await bench.connect("one", sandboxTarget("ecs"));
    const { project } = await put(webSpec({ resources: { arch: "amd64" } }));
    full("one");
    await bench.run(61_000);
    expect((await plans()).length).toBeLessThanOrEqual(8);
    expect(count("apply")).toBeLessThanOrEqual(16);
    expect(count("offers")).toBeLessThanOrEqual(20);
    bench.interference = {};
    await bench.run(15_000);
    expect((await plans())[0]).toMatchObject({ project, state: "ready" });
    expect(await bench.made("one")).toHaveLength(1);
  });

  test("ends the rollout at its deadline, with the sentence of what it waited for", async () => {
    await bench.connect("one", sandboxTarget("ecs"));
    await put(webSpec({ rollout: { deadlineSeconds: 60 } }));
    full("one");
    await bench.run(90_000, 1_000);
    const [last, ...before] = await plans();
    expect(last).toMatchObject({
      state: "failed",
      stateReason: expect.stringMatching(
        /^not ready within 60 s: (No place can take web|nobody may have more)/,
      ),
    });
    expect(new Set(before.map(({ state }) => state))).toEqual(new Set(["superseded"]));
    expect(await bench.file.store.units(scope(), "web")).toEqual([]);
  });
});

describe("a host that falls silent", () => {
  test("hands its workload to another, and gives it up when it is back", async () => {
    const hosts = [await joinHost(bench, "attic"), await joinHost(bench, "cellar")];
    const first = await put(webSpec());
    await runWith(bench, hosts, 20_000);
    const lost = hosts.find(({ agent }) => agent.id === first.units[0]?.place.host);
    const others = hosts.filter((host) => host !== lost);
    await runWith(bench, others, 15_000);
    const [next] = await plans();
    expect(next).toMatchObject({ trigger: "failover", state: "progressing" });
    const taken = (await bench.file.store.routeByName(scope().project, "production", "web"))?.upstreams;
    expect(taken?.find(({ weight }) => weight === 100)?.unit).toBe(next?.units[0]?.id);
    await runWith(bench, hosts, 60_000);
    expect((await plans())[0]).toMatchObject({ id: next?.id, state: "ready" });
    expect(lost?.host.running()).toEqual([]);
    expect(others.flatMap(({ host }) => host.running())).toEqual([next?.units[0]?.id]);
  });

  test("keeps its workload when there is no other place, and goes on with it when it is back, without a new plan", async () => {
    const attic = await joinHost(bench, "attic");
    const first = await put(webSpec());
    await runWith(bench, [attic], 20_000);
    await runWith(bench, [], 40_000);
    expect((await bench.file.store.units(scope(), "web"))[0]?.setback?.message).toContain(
      "No place can take web",
    );
    await runWith(bench, [attic], 15_000);
    expect((await bench.file.store.units(scope(), "web"))[0]?.setback).toBeUndefined();
    expect(await plans()).toHaveLength(1);
    expect(attic.host.running()).toEqual(first.units.map(({ id }) => id));
    const before = await bench.file.dump();
    await runWith(bench, [attic], 30_000);
    expect(await bench.file.dump()).toBe(before);
  });

  test("that comes back before the replacement of its fenced unit has started never lets both run", async () => {
    const hosts = [await joinHost(bench, "attic"), await joinHost(bench, "cellar")];
    const first = await put(workerSpec());
    await runWith(bench, hosts, 20_000);
    const lost = hosts.find(({ agent }) => agent.id === first.units[0]?.place.host);
    if (lost === undefined) throw new Error("the unit is on one of the two");
    const others = hosts.filter((host) => host !== lost);
    await runWith(bench, others, 8_000);
    expect((await plans())[0]?.trigger).toBe("failover");
    for (let second = 0; second < 60; second += 1) {
      await runWith(bench, hosts, 1_000);
      expect(hosts.flatMap(({ host }) => host.running()).length).toBeLessThanOrEqual(1);
    }
    expect(others.flatMap(({ host }) => host.running())).toHaveLength(1);
  });
});

describe("a singleton whose change fails", () => {
  test("starts anew from the revision before, although its old unit is spent", async () => {
    await bench.connect("one", sandboxTarget("ecs"));
    const first = await put(workerSpec({ singleton: true }));
    await bench.run(10_000);
    const failing = await put(workerSpec({ singleton: true, image: "localhost/web:crash" }));
    await bench.run(60_000);
    expect(await bench.file.store.plan(failing.project, failing.id)).toMatchObject({ state: "rolled-back" });
    const [now] = await plans();
    expect(now).toMatchObject({ trigger: "rollback", state: "ready", revision: first.revision });
    expect((await bench.made("one")).map(({ id }) => id)).toEqual(now?.units.map(({ id }) => id));
  });
});
