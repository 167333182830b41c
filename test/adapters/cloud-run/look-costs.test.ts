import { expect, test } from "vitest";
import type { StoredResource } from "../../../src/adapters/cloud-run/simulator/state.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import { call, template } from "../fixtures.ts";
import { knownOf } from "../known.ts";
import { runUnit } from "./settings.ts";
import { world } from "./world.ts";

const REGIONS = ["europe-west1", "us-central1", "asia-east1"] as const;
/** A resting sweep looks so often, ms. */
const RESTING_MS = 15_000;
const PLAIN = template({ secrets: {}, files: [], stopGraceSeconds: 10 });
const WORKER = { ...PLAIN, kind: "worker", route: undefined } as const;
const JOB = { ...PLAIN, kind: "job", route: undefined } as const;

function unitAt(number: number, changes: Partial<Unit> = {}): Unit {
  const region = REGIONS[number % 3] ?? REGIONS[0];
  return runUnit(number, {
    place: { provider: "cloud-run", target: "here", region },
    template: PLAIN,
    ...changes,
  });
}

/** So many services, spread over three regions, and as many jobs of which nothing runs. */
async function atRest(count: number) {
  const here = world({}, { config: { regions: REGIONS } });
  const [first, ...others] = Array.from({ length: count }, (_, index) => unitAt(index));
  if (first === undefined) throw new Error("one unit at least");
  await here.adapter.apply(first, call());
  here.google.pass(60_000);
  // The others are made as that one is.
  const made = JSON.stringify(Object.entries(here.google.state().resources));
  const copies = others.flatMap(({ id, name, place }) => {
    const text = made.replaceAll(first.id, id).replaceAll(first.name, name);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what was a state is one again
    return JSON.parse(text.replaceAll(first.place.region, place.region)) as [string, StoredResource][];
  });
  const state = here.google.state();
  here.google.become({ ...state, resources: { ...state.resources, ...Object.fromEntries(copies) } });
  const jobs = Array.from({ length: count }, (_, index) => unitAt(count + index, { template: JOB }));
  return { here, known: knownOf(first, ...others, ...jobs) };
}

test.each([1, 100, 500])(
  "at rest a look at %i units in three regions costs the pages of the lists, and nothing by name",
  async (count) => {
    const { here, known } = await atRest(count);
    await here.adapter.observe(known, call());
    here.google.pass(RESTING_MS);
    const before = here.google.asked.length;
    const { complete, observations } = await here.adapter.observe(known, call());
    expect([complete, observations.length]).toEqual([true, count]);
    const asked = here.google.asked.slice(before);
    expect(asked.filter(({ path }) => !/\/(services|workerPools|jobs)$/.test(path))).toEqual([]);
    const pages = REGIONS.map((_, index) => Math.max(1, Math.ceil(Math.ceil((count - index) / 3) / 100)));
    // Each region has a page of services at least, and one of worker pools and of jobs, which show nothing: for 500 units 6 + 3 + 3.
    expect(asked).toHaveLength(pages.reduce((sum, one) => sum + one + 2, 0));
    expect(asked.length).toBeLessThanOrEqual(count / 100 + 3 * REGIONS.length);
  },
);

test("a new unit that no list shows is asked for in its own region and collection alone, and a job's never", async () => {
  const { here, known } = await atRest(3);
  await here.adapter.observe(known, call());
  here.google.rule({ delaysMs: { create: 300, ready: 700, destroy: 300, visible: 60_000, task: 1_000 } });
  const [service, worker] = [unitAt(10), unitAt(11, { template: WORKER, billing: "instance" })];
  for (const unit of [service, worker]) await here.adapter.apply(unit, call());
  const before = here.google.asked.length;
  const seen = await here.adapter.observe(new Map([...known, ...knownOf(service, worker)]), call());
  expect(seen.observations.map(({ unit }) => unit)).toEqual(expect.arrayContaining([service.id, worker.id]));
  const named = here.google.asked.slice(before).filter(({ path }) => /\/b[a-z0-9]{24}$/.test(path));
  expect(named).toHaveLength(2);
  expect(new Set(named.map(({ path }) => path.split("/locations/")[1]))).toEqual(
    new Set([
      `${service.place.region}/services/${service.name}`,
      `${worker.place.region}/workerPools/${worker.name}`,
    ]),
  );
});
