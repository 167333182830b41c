import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { destroy } from "../../src/broker/destroy.ts";
import { putEnvironment } from "../../src/broker/environments.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget, webSpec } from "./specs.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("cloud", sandboxTarget("ecs"));
});
afterEach(async () => {
  await bench.close();
});

const put = async () => (await deploy(bench.main.ports, bench.caller, "web", { spec: webSpec() })).plan;
const remove = (confirm?: string) => destroy(bench.main.ports, bench.caller, "web", { confirm });
const scope = () => ({ project: bench.caller.project.id, environment: "production" });

describe("destroy", () => {
  test("takes the traffic away, waits for what may still be under way, removes every unit, then the row", async () => {
    await put();
    await bench.run(5_000);
    const { plan } = await remove();
    expect(plan).toMatchObject({ trigger: "destroy", units: [] });
    expect(Object.values(plan.stops)).toEqual(["removed"]);
    await bench.run(2_000);
    const route = await bench.file.store.routeByName(scope().project, "production", "web");
    expect(route?.upstreams.map(({ weight }) => weight)).toEqual([0]);
    expect(await bench.made("cloud")).toHaveLength(1);
    await bench.run(45_000);
    expect(await bench.made("cloud")).toEqual([]);
    expect(await bench.file.store.workload(scope(), "web")).toBeUndefined();
    expect(await bench.file.store.routeByName(scope().project, "production", "web")).toBeUndefined();
    expect(await bench.file.store.plan(plan.project, plan.id)).toMatchObject({ state: "ready" });
  });

  test("asked twice is one removal", async () => {
    await put();
    const { plan } = await remove();
    expect(await remove()).toMatchObject({ outcome: "unchanged", plan: { id: plan.id } });
  });

  test("in a protected environment asks for the name once more", async () => {
    await putEnvironment(bench.main.ports, bench.caller, "production", { protected: true });
    await put();
    for (const confirm of [undefined, "production", "we"])
      await expect(remove(confirm)).rejects.toMatchObject({ code: "confirmation-required" });
    expect((await remove("web")).outcome).toBe("changed");
  });

  test("of what does not exist is not found", async () => {
    await expect(remove()).rejects.toMatchObject({ code: "not-found" });
  });

  test("while its units are being made leaves nothing behind", async () => {
    await bench.connect("cloud", sandboxTarget("ecs", { delaysMs: { create: 8_000 } }));
    await put();
    await bench.run(1_000);
    expect(await bench.made("cloud")).toHaveLength(1);
    await remove();
    await bench.run(60_000);
    expect(await bench.made("cloud")).toEqual([]);
    expect(await bench.file.store.workload(scope(), "web")).toBeUndefined();
  });

  test("frees the name: the next of that name is another workload with units of its own", async () => {
    const first = await put();
    await bench.run(5_000);
    await remove();
    await bench.run(60_000);
    const second = await put();
    expect(second.units[0]?.id).not.toBe(first.units[0]?.id);
    expect(second.generation).toBe(3);
    expect(second.parent).toBeUndefined();
    await bench.run(5_000);
    expect((await bench.made("cloud")).map(({ id }) => id)).toEqual([second.units[0]?.id]);
  });
});
