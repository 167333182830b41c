import { expect, test } from "vitest";
import type { AciApi } from "../../../src/adapters/aci/api.ts";
import { MOST_READS } from "../../../src/adapters/aci/reads.ts";
import { unitName } from "../../../src/domain/unit-id.ts";
import { call, template } from "../fixtures.ts";
import { knownOf } from "../known.ts";
import { runningGroups, singleUnit } from "./running.ts";
import { aciUnit, CONFIG, world } from "./world.ts";

const REGIONS = ["westeurope", "eastus", "japaneast"] as const;
const ROOM = { ContainerGroups: 1_000, StandardCores: 1_000, StandardSpotCores: 0 };
/** A resting sweep looks so often, ms. */
const RESTING_MS = 15_000;
const LOOKS = 20;
const JOB = template({ kind: "job", route: undefined, secrets: {}, files: [] });

const placeOf = (number: number) => {
  const region = REGIONS[number % 3] ?? REGIONS[0];
  return { provider: "aci", target: "here", region } as const;
};

/** The same API at rest: what it answered of a name it answers again, and whoever asks is noted. */
function resting(api: AciApi, read: string[]): AciApi {
  const told = new Map<string, Awaited<ReturnType<AciApi["get"]>>>();
  return {
    ...api,
    async get(name, given) {
      read.push(name);
      if (!told.has(name)) told.set(name, await api.get(name, given));
      return told.get(name);
    },
  };
}

/** So many units of one group each, spread over three regions, and as many jobs of which nothing runs. */
function atRest(count: number) {
  const read: string[] = [];
  const config = { ...CONFIG, regions: [...REGIONS] };
  const it = world({ quotas: ROOM }, { config, api: (api) => resting(api, read) });
  const units = Array.from({ length: count }, (_, index) => singleUnit(index, { place: placeOf(index) }));
  const jobs = Array.from({ length: count }, (_, index) => {
    const job = aciUnit(count + index, { place: placeOf(index), template: JOB });
    return { ...job, name: unitName(job.id) };
  });
  it.cloud.state = { ...it.cloud.state, groups: runningGroups(units) };
  return {
    it,
    read,
    names: new Set(units.map(({ name }) => `${name}-0`)),
    known: knownOf(...units, ...jobs),
  };
}

test.each([1, 100, 500])(
  "at rest a look at %i units in three regions costs the pages of one list, and by name reads at most a hundred groups that the list shows",
  async (count) => {
    const { it, read, names, known } = atRest(count);
    for (let looks = 0; looks < count / MOST_READS; looks += 1) {
      await it.adapter.observe(known, call());
      it.cloud.pass(RESTING_MS);
    }
    const since = it.cloud.now();
    let calls = 0;
    for (let looks = 0; looks < LOOKS; looks += 1) {
      const [sent, asked] = [it.cloud.sent.length, read.length];
      const { complete, observations } = await it.adapter.observe(known, call());
      expect([complete, observations.length]).toEqual([true, count]);
      const lists = it.cloud.sent.slice(sent).filter(({ path }) => path.endsWith("/containerGroups"));
      // One resource group holds all regions.
      expect(lists).toHaveLength(Math.ceil(count / it.cloud.rules.pageSize));
      expect(read.length - asked).toBeLessThanOrEqual(Math.min(count, MOST_READS));
      calls += lists.length + read.length - asked;
      it.cloud.pass(RESTING_MS);
    }
    expect(read.filter((name) => !names.has(name))).toEqual([]);
    // For 500 units five pages and a hundred reads in 15 s, of the 25 a second that Azure gives back.
    expect(calls).toBeLessThanOrEqual((7 * (it.cloud.now() - since)) / 1_000);
  },
);

test("a job's unit is never read by name, so that many of them leave every read to what runs", async () => {
  const { it, read, names, known } = atRest(MOST_READS);
  expect((await it.adapter.observe(known, call())).complete).toBe(true);
  expect(new Set(read)).toEqual(names);
});
