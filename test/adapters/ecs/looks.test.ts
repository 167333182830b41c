import { expect, test } from "vitest";
import { unitRef } from "../../../src/adapters/adapter.ts";
import type { EcsApi } from "../../../src/adapters/ecs/api.ts";
import { lazyApi } from "../../../src/adapters/ecs/lazy-api.ts";
import { call, needs } from "../fixtures.ts";
import { CONFIG, ecsTemplate, ecsWorld } from "./world.ts";
import { knownOf } from "../known.ts";

const { region: _region, cluster, subnets, securityGroups, ...rest } = CONFIG;
const regions = ["eu-west-1", "us-east-1"].map((region) => ({ region, cluster, subnets, securityGroups }));
const TWO_REGIONS = { ...rest, regions };

const down = () => Object.assign(new Error("nobody answers"), { code: "ECONNREFUSED" });
/** The account while one region does not answer. */
const without =
  (lost: string) =>
  (api: EcsApi): EcsApi => ({
    send: async (region, operation, input, given) => {
      if (region === lost) throw down();
      return await api.send(region, operation, input, given);
    },
  });

test("a region that does not answer makes a look incomplete, and the others are seen as ever", async () => {
  const world = ecsWorld({ config: TWO_REGIONS });
  const place = { provider: "ecs", target: "here", region: "us-east-1" } as const;
  const [here, there] = [world.unit(), world.unit({ place })];
  for (const unit of [here, there]) await world.adapter.apply(unit, call());
  world.time.pass(5_000);
  const seen = await world.openOver(without("eu-west-1")).observe(knownOf(here, there), call());
  expect(seen.complete).toBe(false);
  expect(seen.observations.map(({ unit }) => unit)).toEqual([there.id]);
});

test("a region that does not answer is ruled out by a sentence, and the others are offered as ever", async () => {
  const world = ecsWorld({ config: TWO_REGIONS });
  const usual = await world.adapter.offers(needs(), call());
  const offers = await world.openOver(without("eu-west-1")).offers(needs(), call());
  expect(offers.map(({ id }) => id)).toEqual(usual.map(({ id }) => id));
  for (const { place, impossible } of offers)
    expect(impossible.some(({ message }) => message.includes("eu-west-1 could not be asked"))).toBe(
      place.region === "eu-west-1",
    );
});

test("where no region answers there are no offers, but the error", async () => {
  const world = ecsWorld();
  const silent = world.openOver(without("eu-west-1"));
  await expect(silent.offers(needs(), call())).rejects.toMatchObject({ kind: "unavailable" });
});

test("secrets are looked through every ten minutes, and a refusal of theirs voids no look", async () => {
  const denied = { code: "AccessDeniedException", message: "no", status: 400, times: 99 } as const;
  const world = ecsWorld({ rules: { faults: [{ operation: "ListSecrets", when: "before", ...denied }] } });
  const unit = world.unit();
  await world.adapter.apply(unit, call());
  const looks = () => world.operations().filter((name) => name === "ListSecrets").length;
  for (let sweeps = 0; sweeps < 20; sweeps += 1) {
    const { complete, observations } = await world.adapter.observe(knownOf(unit), call());
    expect({ complete, seen: observations.length }).toEqual({ complete: true, seen: 1 });
    world.time.pass(1_000);
  }
  expect(looks()).toBe(1);
  world.time.pass(10 * 60_000);
  await world.adapter.observe(knownOf(unit), call());
  expect(looks()).toBe(2);
});

test.each(["AccessDeniedException", "ThrottlingException"])(
  "one failed unit whose log answers %s voids no look",
  async (code) => {
    const world = ecsWorld();
    const [good, bad] = [
      world.unit(),
      world.unit({ template: ecsTemplate({ image: "ghcr.io/acme/web:crash" }) }),
    ];
    for (const unit of [good, bad]) await world.adapter.apply(unit, call());
    world.time.pass(60_000);
    const faults = [
      { operation: "GetLogEvents", when: "before", code, message: "", status: 400, times: 99 },
    ] as const;
    world.account.behave({ faults });
    const seen = await world.adapter.observe(knownOf(good, bad), call());
    expect(seen.complete).toBe(true);
    expect(seen.observations.find(({ unit }) => unit === bad.id)).toMatchObject({
      phase: "failed",
      lastLines: [],
    });
    expect(seen.observations.find(({ unit }) => unit === good.id)).toMatchObject({ phase: "ready" });
  },
);

test.each(["DescribeServices", "DescribeTasks"] as const)(
  "a failure of %s other than that a thing is missing is no absence: nothing is gone, and no look is complete",
  async (operation) => {
    const world = ecsWorld();
    const unit = world.unit();
    await world.adapter.apply(unit, call());
    world.time.pass(60_000);
    const adapter = world.openOver((api) => ({
      send: async (region, name, input, given) => {
        const answer = await api.send(region, name, input, given);
        return name === operation
          ? { ...answer, services: [], tasks: [], failures: [{ arn: "arn:aws:ecs:x", reason: "ACCESS" }] }
          : answer;
      },
    }));
    await expect(adapter.observe(knownOf(unit), call())).rejects.toMatchObject({ kind: "denied" });
    if (operation === "DescribeServices")
      await expect(adapter.destroy(unitRef(unit), call())).rejects.toMatchObject({ kind: "denied" });
  },
);

test("a port that could not be loaded is loaded again by the next call", async () => {
  const world = ecsWorld();
  let loads = 0;
  const adapter = world.openOver((api) =>
    lazyApi(async () => {
      loads += 1;
      if (loads === 1) throw down();
      return api;
    }),
  );
  await expect(adapter.apply(world.unit(), call())).resolves.toMatchObject({ phase: "starting" });
  expect(loads).toBe(2);
});
