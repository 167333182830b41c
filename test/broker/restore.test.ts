import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { destroy } from "../../src/broker/destroy.ts";
import type { Plan } from "../../src/domain/plan.ts";
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

const put = async (name: string, image = "1") =>
  (
    await deploy(bench.main.ports, bench.caller, name, {
      spec: webSpec({ name, image: `localhost/web:${image}` }),
    })
  ).plan;
const standing = async () => (await bench.made("cloud")).map(({ id }) => id).sort();
const idsOf = (...plans: readonly Plan[]) => plans.flatMap(({ units }) => units.map(({ id }) => id)).sort();
const destroyed = () => bench.calls.filter(({ verb }) => verb === "destroy").map(({ unit }) => unit);

async function putBackAnOlderCopy(): Promise<void> {
  await bench.file.restore();
  bench.restart();
  bench.calls.length = 0;
  bench.logged.length = 0;
}

describe("a database restored from an older copy", () => {
  test("destroys nothing of what it does not know, and reports it", async () => {
    const before = await put("web");
    await bench.run(5_000);
    await bench.file.backUp();
    const after = await put("api");
    await bench.run(5_000);
    await putBackAnOlderCopy();
    await bench.run(120_000, 5_000);
    expect(await standing()).toEqual(idsOf(before, after));
    expect(destroyed()).toEqual([]);
    expect(bench.logged.join()).toContain(`unrecognised resource ${after.units[0]?.name} at target cloud`);
  });

  test("starts again what it still wants, and leaves alone what replaced it since", async () => {
    const before = await put("web");
    await bench.run(5_000);
    await bench.file.backUp();
    const after = await put("web", "2");
    await bench.run(60_000);
    expect(await standing()).toEqual([after.units[0]?.id]);
    await putBackAnOlderCopy();
    await bench.run(120_000, 5_000);
    expect(await standing()).toEqual(idsOf(before, after));
    expect(destroyed()).toEqual([]);
  });

  test("that knows none of the places' units reports them, too", async () => {
    await bench.file.backUp();
    const after = await put("web");
    await bench.run(5_000);
    await putBackAnOlderCopy();
    await bench.run(60_000, 5_000);
    expect(await standing()).toEqual([after.units[0]?.id]);
    expect(bench.calls.every(({ verb }) => verb === "observe")).toBe(true);
    expect(bench.logged.join()).toContain("unrecognised resource");
  });

  test("goes on with the removals it had already decided", async () => {
    const { units } = await put("web");
    await bench.run(5_000);
    await destroy(bench.main.ports, bench.caller, "web", {});
    await bench.file.backUp();
    await putBackAnOlderCopy();
    await bench.run(60_000);
    expect(await standing()).toEqual([]);
    expect(new Set(destroyed())).toEqual(new Set(units.map(({ id }) => id)));
  });

  test("takes over a unit that it decides on anew, instead of making it twice", async () => {
    await put("web");
    await bench.run(5_000);
    await bench.file.backUp();
    const lost = await put("web", "2");
    await bench.run(60_000);
    await putBackAnOlderCopy();
    const again = await put("web", "2");
    expect(again.units[0]?.id).toBe(lost.units[0]?.id);
    await bench.run(60_000);
    expect(await standing()).toEqual([lost.units[0]?.id]);
  });
});
