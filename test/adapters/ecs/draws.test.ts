import { describe, expect, test } from "vitest";
import { USUAL_RULES } from "../../../src/adapters/ecs/simulator/rules.ts";
import type { Draw } from "../../../src/domain/offer.ts";
import { call, needs } from "../fixtures.ts";
import { CONFIG, ecsWorld, type EcsWorld, type WorldOptions } from "./world.ts";

const ACCOUNT = `ecs/${CONFIG.accountId}/eu-west-1`;
const withQuota = (quota: { readonly onDemandVcpu?: number; readonly spotVcpu?: number }) => ({
  quota: { ...USUAL_RULES.quota, ...quota },
});

/** Every room that offers of a world tell, each once, by what is bought. */
async function roomsIn(world: EcsWorld): Promise<Readonly<Record<string, readonly Draw[]>>> {
  const offers = await world.adapter.offers(needs(), call());
  const rooms: Record<string, readonly Draw[]> = {};
  for (const { billing, draws = [] } of offers) {
    expect(rooms[billing] ?? draws).toEqual(draws);
    rooms[billing] = draws;
  }
  return rooms;
}

describe("the room of an account in a region", () => {
  test("is its vCPUs of Fargate, on demand and on Spot apart", async () => {
    const rooms = await roomsIn(ecsWorld({ rules: withQuota({ onDemandVcpu: 6.0009, spotVcpu: 30 }) }));
    expect(rooms).toEqual({
      "on-demand": [{ pool: `${ACCOUNT}/on-demand`, milliCpu: 6_000 }],
      spot: [{ pool: `${ACCOUNT}/spot`, milliCpu: 30_000 }],
    });
  });

  test("is what the owner told where that is less or AWS tells nothing, and AWS's where it is more", async () => {
    const told = { ...CONFIG, quota: { onDemandVcpu: 2, spotVcpu: 40 } };
    const milliCpu = async (options: WorldOptions) => {
      const rooms = await roomsIn(ecsWorld(options));
      return [rooms["on-demand"]?.[0]?.milliCpu, rooms["spot"]?.[0]?.milliCpu];
    };
    const rules = withQuota({ onDemandVcpu: 6, spotVcpu: 30 });
    expect(await milliCpu({ config: told, rules })).toEqual([2_000, 30_000]);
    expect(await milliCpu({ config: told })).toEqual([2_000, 40_000]);
  });

  test("is not told where nobody told of it", async () => {
    expect(await roomsIn(ecsWorld())).toEqual({ "on-demand": [], spot: [] });
    for (const offer of await ecsWorld().adapter.offers(needs(), call()))
      expect(offer).not.toHaveProperty("draws");
  });

  test("is the same through another target of the account, and never another account's or region's", async () => {
    const pools = async (changes: object, clusters = ["berth"]) => {
      const rules = { ...withQuota({ onDemandVcpu: 6, spotVcpu: 30 }), clusters };
      const rooms = await roomsIn(ecsWorld({ config: { ...CONFIG, ...changes }, rules }));
      return new Set(Object.values(rooms).flatMap((draws) => draws.map(({ pool }) => pool)));
    };
    const here = await pools({});
    expect(await pools({ cluster: "other", address: "private" }, ["other"])).toEqual(here);
    const named = (account: string) => new Set([`${account}/on-demand`, `${account}/spot`]);
    expect(here).toEqual(named(ACCOUNT));
    expect(await pools({ accountId: "210987654321" })).toEqual(named("ecs/210987654321/eu-west-1"));
    expect(await pools({ region: "eu-central-1" })).toEqual(named(`ecs/${CONFIG.accountId}/eu-central-1`));
  });

  test("is the whole quota whatever runs, for AWS does not tell how much of it is used", async () => {
    const world = ecsWorld({ rules: withQuota({ onDemandVcpu: 6, spotVcpu: 30 }) });
    const before = await roomsIn(world);
    await world.adapter.apply(world.unit(), call());
    world.time.pass(5_000);
    expect(await roomsIn(world)).toEqual(before);
  });

  test("costs no call that offers did not make before", async () => {
    const world = ecsWorld({ rules: withQuota({ onDemandVcpu: 6 }) });
    await roomsIn(world);
    await roomsIn(world);
    const readings = Array.from({ length: 4 }, () => "GetServiceQuota");
    expect(world.operations().toSorted()).toEqual(["DescribeClusters", "DescribeClusters", ...readings]);
  });
});
