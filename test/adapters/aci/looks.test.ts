import { expect, test } from "vitest";
import { aciAdapterOver } from "../../../src/adapters/aci/index.ts";
import { groupName } from "../../../src/adapters/aci/render/group.ts";
import { MOST_READS } from "../../../src/adapters/aci/reads.ts";
import { USUAL_RULES } from "../../../src/adapters/aci/simulator/rules.ts";
import type { KnownUnits } from "../../../src/adapters/adapter.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import { call, target } from "../fixtures.ts";
import { knownOf } from "../known.ts";
import { runningGroups, singleUnit } from "./running.ts";
import { CONFIG, portsOver, type World, world } from "./world.ts";

const MANY = 150;
/** A busy sweep looks so often, ms. */
const BUSY_MS = 500;
const ROOM = { ContainerGroups: 1_000, StandardCores: 1_000, StandardSpotCores: 0 };

/** A subscription in which so many units of one replica have been running for an hour. */
function running(count: number): {
  readonly it: World;
  readonly units: readonly Unit[];
  readonly known: KnownUnits;
} {
  const it = world({ quotas: ROOM });
  const units = Array.from({ length: count }, (_, index) => singleUnit(index + 1));
  it.cloud.state = { ...it.cloud.state, groups: runningGroups(units) };
  return { it, units, known: knownOf(...units) };
}

const readsOf = ({ cloud }: World): number =>
  cloud.sent.filter(({ method, path }) => method === "GET" && !path.endsWith("containerGroups")).length;

/** Looks until one is complete; each look is at most one slice. */
async function seenWhole({ adapter, cloud }: World, known: KnownUnits) {
  for (let looks = 0; looks < 20; looks += 1) {
    const sighting = await adapter.observe(known, call());
    if (sighting.complete) return sighting;
    cloud.pass(BUSY_MS);
  }
  throw new Error("no look was complete");
}

test("many units are read in slices: a look is incomplete and says nothing of the others until all were read", async () => {
  const { it, known } = running(MANY);
  const first = await it.adapter.observe(known, call());
  expect(first).toMatchObject({ complete: false, unrecognised: [] });
  expect(first.observations).toHaveLength(MOST_READS);
  const { observations } = await seenWhole(it, known);
  expect(observations).toHaveLength(MANY);
  expect(new Set(observations.map(({ phase }) => phase))).toEqual(new Set(["ready"]));
});

test("a process that remembers nothing comes to see every unit, too", async () => {
  const { it, known } = running(MANY);
  const seen = new Set<string>();
  for (const draw of [0, 0.5]) {
    it.cloud.pass(60_000);
    const ports = portsOver(it.cloud, { draw: () => draw });
    const fresh = aciAdapterOver(target("aci", CONFIG), ports, it.api);
    for (const { unit } of (await fresh.observe(known, call())).observations) seen.add(unit);
  }
  expect(seen).toEqual(new Set(known.keys()));
});

test("units at rest leave most reads to whoever makes and removes groups, however often they are looked at", async () => {
  const { it, known } = running(MANY);
  await seenWhole(it, known);
  const [before, since] = [it.cloud.sent.length, it.cloud.now()];
  for (let looks = 0; looks < 80; looks += 1) {
    expect((await it.adapter.observe(known, call())).complete).toBe(true);
    it.cloud.pass(BUSY_MS);
  }
  const seconds = (it.cloud.now() - since) / 1_000;
  expect((it.cloud.sent.length - before) / seconds).toBeLessThan(12);
  const [at, extra] = [it.cloud.now(), singleUnit(MANY + 1)];
  await it.adapter.apply(extra, call());
  expect(it.cloud.now()).toBe(at);
});

test("a few units are read anew at each look of a second", async () => {
  const { it, known } = running(5);
  await seenWhole(it, known);
  const before = readsOf(it);
  it.cloud.pass(1_000);
  await it.adapter.observe(known, call());
  expect(readsOf(it) - before).toBe(5);
});

test("what the list says otherwise than before is read at once, and every group is read once a minute", async () => {
  const { it, units, known } = running(MANY);
  await seenWhole(it, known);
  const [ending, crashed] = units;
  if (ending === undefined || crashed === undefined) throw new Error("no units");
  it.cloud.pass(10_000);
  await it.api.remove(groupName(ending.name, 0), call());
  const phaseOf = async ({ id }: Unit) =>
    (await it.adapter.observe(known, call())).observations.find(({ unit }) => unit === id)?.phase;
  expect(await phaseOf(ending)).toBe("stopping");
  // Nothing in a list tells that a container has died.
  it.cloud.rules = { ...it.cloud.rules, images: [{ image: ":1.4", does: "ends", exitCode: 1 }] };
  for (let looks = 0; looks < 14; looks += 1) {
    it.cloud.pass(5_000);
    await it.adapter.observe(known, call());
  }
  expect(await phaseOf(crashed)).toBe("failed");
});

test("what was just changed is read at the next look, and what is gone is not remembered", async () => {
  const { it, units, known } = running(MANY);
  await seenWhole(it, known);
  await seenWhole(it, known);
  const [unit] = units;
  if (unit === undefined) throw new Error("no units");
  const sightOf = async () =>
    (await it.adapter.observe(known, call())).observations.find((one) => one.unit === unit.id);
  await it.adapter.apply({ ...unit, replicas: { min: 3, max: 3 } }, call());
  expect(await sightOf()).toMatchObject({ replicas: 3, ready: 1 });
  it.cloud.pass(60_000);
  expect(await sightOf()).toMatchObject({ replicas: 3, ready: 3 });
  for (let asks = 0; asks < 5; asks += 1) {
    await it.adapter.destroy(unit, call());
    it.cloud.pass(1_000);
  }
  expect(await sightOf()).toBeUndefined();
});

test("a look that Azure slows down keeps what it has read and is told to be incomplete", async () => {
  const { it, known } = running(50);
  it.cloud.rules = {
    ...it.cloud.rules,
    faults: [{ on: "get", skip: 20, times: 1_000, how: "before", status: 429, code: "TooManyRequests" }],
  };
  const sighting = await it.adapter.observe(known, call());
  expect(sighting.complete).toBe(false);
  expect(sighting.observations.length).toBeGreaterThanOrEqual(16);
  it.cloud.rules = { ...it.cloud.rules, faults: USUAL_RULES.faults };
  it.cloud.pass(60_000);
  expect((await seenWhole(it, known)).observations).toHaveLength(50);
});
