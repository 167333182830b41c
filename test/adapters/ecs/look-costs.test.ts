import { expect, test } from "vitest";
import type { Unit } from "../../../src/domain/plan.ts";
import { call } from "../fixtures.ts";
import { knownOf } from "../known.ts";
import { CONFIG, ecsTemplate, ecsWorld, jobTemplate } from "./world.ts";

const { region: _region, cluster, subnets, securityGroups, ...rest } = CONFIG;
const NAMES = ["eu-west-1", "us-east-1", "ap-south-1"] as const;
const regions = NAMES.map((region) => ({ region, cluster, subnets, securityGroups }));

/** So many units of one task each, spread over three regions, and as many jobs of which nothing runs. */
async function atRest(count: number) {
  const world = ecsWorld({ config: { ...rest, regions }, rules: { throttles: false } });
  const template = ecsTemplate({ secrets: {} });
  const units = Array.from({ length: 2 * count }, (_, index): Unit => {
    const place = { provider: "ecs", target: "here", region: NAMES[index % 3] ?? "" } as const;
    const kind = index < count ? template : jobTemplate();
    return world.unit({ place, replicas: { min: 1, max: 1 }, template: kind });
  });
  for (const unit of units.slice(0, count)) await world.adapter.apply(unit, call());
  world.time.pass(60_000);
  return { world, known: knownOf(...units) };
}

/** How many services, or tasks, the three regions hold. */
const shares = (count: number) => NAMES.map((_, index) => Math.ceil((count - index) / 3));
const pages = (count: number, size: number) =>
  shares(count).reduce((sum, share) => sum + Math.ceil(share / size), 0);

test.each([1, 100, 500])(
  "at rest a look at %i units in three regions costs the pages of the lists and the reads in batches, and no region is asked for a unit of another",
  async (count) => {
    const { world, known } = await atRest(count);
    await world.adapter.observe(known, call());
    const before = world.calls.length;
    const { complete, observations } = await world.adapter.observe(known, call());
    expect([complete, observations.length]).toEqual([true, count]);
    const spent = Map.groupBy(world.operations().slice(before), (operation) => operation);
    // A list has a first page also where it shows nothing.
    const lists = shares(count).reduce((sum, share) => sum + Math.max(1, Math.ceil(share / 100)), 0);
    expect(Object.fromEntries([...spent].map(([operation, calls]) => [operation, calls.length]))).toEqual({
      ListServices: lists,
      DescribeServices: pages(count, 10),
      ListTasks: lists,
      DescribeTasks: pages(count, 100),
      DescribeNetworkInterfaces: pages(count, 200),
    });
    // For 500 units 51 + 12 + 6 + 3 calls: an eighth of a call for each unit, and five for each region.
    expect(world.calls.length - before).toBeLessThanOrEqual(count / 8 + 5 * NAMES.length);
  },
);

test("a new unit that no list shows is asked for by its name in its own region alone, and a job's never", async () => {
  const { world, known: others } = await atRest(3);
  world.account.behave({ delaysMs: { create: 300, ready: 700, destroy: 300, visible: 60_000, express: 0 } });
  const place = { provider: "ecs", target: "here", region: "us-east-1" } as const;
  const young = world.unit({ place, template: ecsTemplate({ secrets: {} }) });
  await world.adapter.apply(young, call());
  const before = world.calls.length;
  const seen = await world.adapter.observe(new Map([...others, ...knownOf(young)]), call());
  expect(seen.observations.map(({ unit }) => unit)).toContain(young.id);
  const asked = world.calls.slice(before).flatMap(({ operation, input }) => {
    if (operation !== "DescribeServices") return [];
    const { services } = input as { readonly services: readonly string[] };
    return services.filter((name) => !name.startsWith("arn:"));
  });
  expect(asked).toEqual([young.name]);
});
