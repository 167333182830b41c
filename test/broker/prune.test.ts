import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { destroy } from "../../src/broker/destroy.ts";
import { readLineage } from "../../src/broker/lineage.ts";
import { prune, PRUNE_EVERY_MS, PRUNE_ON_MS } from "../../src/broker/prune.ts";
import { secretEvents } from "../../src/broker/secret-events.ts";
import { putSecret } from "../../src/broker/secrets.ts";
import { rollback } from "../../src/broker/rollback.ts";
import { HISTORY_PARTS } from "../../src/store/history-store.ts";
import type { Store } from "../../src/store/store.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget, workerSpec } from "./specs.ts";

const DAY_MS = 86_400_000;
/** Months in which as much is done as leaves its mark. */
const MONTHS = 6;
const KEEP = { events: 60, history: 60 };

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("cloud", sandboxTarget("ecs"));
});
afterEach(async () => {
  await bench.close();
});

const scope = () => ({ project: bench.caller.project.id, environment: "production" });
const ports = () => ({ ...bench.main.ports, keepDays: KEEP });
const put = async (image: string) =>
  (
    await deploy(bench.main.ports, bench.caller, "web", {
      spec: workerSpec({ image: `localhost/web:${image}` }),
    })
  ).plan;
/** How many rows each table has that has to do with what ran. */
async function rows(): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const line of (await bench.file.dump()).split("\n")) {
    const table: unknown = JSON.parse(line)[0];
    if (["plans", "units", "events", "meters", "reservations", "violations"].includes(String(table)))
      counts[String(table)] = (counts[String(table)] ?? 0) + 1;
  }
  return counts;
}
/** A deploy that comes up and replaces what ran, and a month without one. */
async function month(image: string): Promise<readonly string[]> {
  const plan = await put(image);
  await bench.run(50_000, 10_000);
  bench.clock.now += 30 * DAY_MS;
  await prune(ports());
  return plan.units.map(({ id }) => id);
}

describe("an installation that runs for years", () => {
  test("holds no more after twice the time, and never gives an id twice", async () => {
    const ids: string[] = [];
    for (let at = 0; at < MONTHS; at += 1) ids.push(...(await month(at % 2 === 0 ? "1" : "2")));
    const after = await rows();
    for (let at = 0; at < MONTHS; at += 1) ids.push(...(await month(at % 2 === 0 ? "1" : "2")));
    expect(await rows()).toEqual(after);
    expect(new Set(ids).size).toBe(2 * MONTHS);
    expect((await bench.file.store.unitIds(scope(), "web")).size).toBeLessThan(6);
  });

  test("goes back to the revision before however long ago it was left, and then holds nothing of a workload that went", async () => {
    const [first] = await month("1");
    await month("2");
    for (let pass = 0; pass < 36; pass += 1) {
      bench.clock.now += 30 * DAY_MS;
      await prune(ports());
    }
    const { plan } = await rollback(bench.main.ports, bench.caller, "web", {});
    expect(plan.units[0]?.template.image).toBe("localhost/web:1");
    expect(plan.units[0]?.id).not.toBe(first);
    await bench.run(60_000, 5_000);
    await destroy(bench.main.ports, bench.caller, "web", {});
    await bench.run(120_000, 5_000);
    expect(await bench.file.store.workload(scope(), "web")).toBe(undefined);
    for (let pass = 0; pass < 3; pass += 1) {
      bench.clock.now += 61 * DAY_MS;
      await prune(ports());
    }
    expect(await rows()).toEqual({ events: 1 });
    expect(await bench.file.store.revisions(scope(), "web", 10)).toEqual([]);
  });
});

test("a secret's history tells who comes back late that some of it is gone, and never says that there was none", async () => {
  for (const value of ["a", "b", "c"])
    await putSecret(bench.main.ports, bench.caller, "db-url", { value: `${value}-value` });
  bench.clock.now += 61 * DAY_MS;
  expect(await prune(ports())).toMatchObject({ events: 2 });
  const after = (number: number) => secretEvents(bench.main.ports, bench.caller, "db-url", number);
  await expect(after(1)).rejects.toMatchObject({ code: "events-gone", extra: { oldest: 3 } });
  expect(await after(0)).toMatchObject({ events: [{ seq: 3 }], next: 3 });
  expect(await after(2)).toMatchObject({ events: [{ seq: 3 }] });
  expect(await after(3)).toEqual({ events: [], next: 3 });
});

describe("a pass", () => {
  test("forgets nothing where everything is kept for ever", async () => {
    await month("1");
    const before = await rows();
    bench.clock.now += 4_000 * DAY_MS;
    expect(await prune({ ...ports(), keepDays: { events: undefined, history: undefined } })).toEqual({
      receipts: 1,
    });
    expect(await rows()).toEqual(before);
  });

  test("that dies between two batches has done what it did, and the next does the rest", async () => {
    for (const image of ["1", "2", "3"]) {
      await put(image);
      await bench.run(60_000, 5_000);
    }
    bench.clock.now += 400 * DAY_MS;
    const dead = bench.process((store) => ({
      ...store,
      forget: async (part, before, limit) => {
        if (part === "units") throw new Error("the process died");
        return await store.forget(part, before, limit);
      },
    }));
    const first = await prune({ ...dead.ports, keepDays: KEEP });
    expect(first).toMatchObject({ plans: 1, events: expect.any(Number) });
    expect(first.units).toBe(undefined);
    expect(bench.logged).toContain(
      "warn: units were not pruned, and the next pass tries again: Error: the process died",
    );
    bench.clock.now += PRUNE_EVERY_MS;
    expect(await prune(ports())).toMatchObject({ plans: 0, units: 1 });
    expect(bench.logged.at(-1)).toBe("info: past their time: 1 units");
    expect((await put("1")).units).toHaveLength(1);
  });

  test("looks at so many batches of a part and leaves the rest to the next", async () => {
    let looks = 0;
    const busy: Store = {
      ...bench.main.ports.store,
      forget: async () => {
        looks += 1;
        return { removed: 1, isThrough: false };
      },
    };
    expect(await prune({ ...ports(), store: busy })).toMatchObject({ plans: 20, events: 20 });
    expect(looks).toBe(HISTORY_PARTS.length * 20);
    bench.clock.now += PRUNE_EVERY_MS;
    expect(await prune({ ...ports(), store: busy }, 3)).toMatchObject({ plans: 3, events: 3 });
  });

  test("that leaves much over is followed a minute later, and one that only met what stays is not", async () => {
    const left = (removed: number): Store => ({
      ...bench.main.ports.store,
      forget: async (part) => ({ removed: part === "plans" ? removed : 0, isThrough: part !== "plans" }),
    });
    expect(await prune({ ...ports(), store: left(25) })).toMatchObject({ plans: 500 });
    bench.clock.now += PRUNE_ON_MS - 1;
    expect(await prune(ports())).toEqual({});
    bench.clock.now += 1;
    expect(await prune({ ...ports(), store: left(1) })).toMatchObject({ plans: 20 });
    bench.clock.now += PRUNE_EVERY_MS - 1;
    expect(await prune(ports())).toEqual({});
  });

  test("between two reads of a deploy lets no id be given twice", async () => {
    const [spent] = await month("1");
    await put("2");
    await bench.run(60_000, 5_000);
    await put("3");
    await bench.run(60_000, 5_000);
    bench.clock.now += 400 * DAY_MS;
    const { store } = bench.main.ports;
    const slow: Store = {
      ...store,
      workload: async (of, name) => {
        const found = await store.workload(of, name);
        await prune(ports());
        return found;
      },
      unitIds: async (of, name) => {
        const ids = await store.unitIds(of, name);
        await prune(ports());
        return ids;
      },
    };
    const lineage = await readLineage(slow, scope(), "web");
    const isKnown = lineage.usedIds.has(spent ?? "");
    expect(isKnown || (lineage.workload?.firstAttempt ?? 0) > 0).toBe(true);
    expect((await store.unitIds(scope(), "web")).has(spent ?? "")).toBe(false);
  });
});
