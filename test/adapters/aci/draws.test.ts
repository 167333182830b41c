import { describe, expect, test } from "vitest";
import { aciAdapterOver } from "../../../src/adapters/aci/index.ts";
import { AdapterError } from "../../../src/domain/fault.ts";
import type { Draw, Offer } from "../../../src/domain/offer.ts";
import { call, needs, target } from "../fixtures.ts";
import { aciUnit, CONFIG, REGION, type World, world } from "./world.ts";

const QUOTAS = { ContainerGroups: 10, StandardCores: 8, StandardSpotCores: 3 };
const ACCOUNT = `aci/${CONFIG.subscriptionId}/${REGION}`;

const drawsBy = (offers: readonly Offer[]): Readonly<Record<string, readonly Draw[] | undefined>> =>
  Object.fromEntries(offers.map(({ billing, draws }) => [billing, draws]));
const asked = async ({ adapter }: Pick<World, "adapter">, workload = "web") =>
  await adapter.offers(needs({ workload, milliCpu: 1_000 }), call());

describe("the rooms of a subscription in a region", () => {
  test("are its cores, those of Spot apart, and its groups for both", async () => {
    expect(drawsBy(await asked(world({ quotas: QUOTAS })))).toEqual({
      "on-demand": [
        { pool: `${ACCOUNT}/StandardCores`, milliCpu: 8_000 },
        { pool: `${ACCOUNT}/ContainerGroups`, replicas: 10 },
      ],
      spot: [
        { pool: `${ACCOUNT}/StandardSpotCores`, milliCpu: 3_000 },
        { pool: `${ACCOUNT}/ContainerGroups`, replicas: 10 },
      ],
    });
  });

  test("are the same through another target of it, and never another subscription's or region's", async () => {
    const it = world({ quotas: QUOTAS });
    const poolsOf = async (changes: object) => {
      const row = target("aci", { ...CONFIG, ...changes }, { name: "there", id: "tgt_there" });
      const offers = await asked({ adapter: aciAdapterOver(row, it.ports, it.api) });
      return new Set(offers.flatMap(({ draws = [] }) => draws.map(({ pool }) => pool)));
    };
    const here = new Set((await asked(it)).flatMap(({ draws = [] }) => draws.map(({ pool }) => pool)));
    const named = (account: string) =>
      new Set(["StandardCores", "StandardSpotCores", "ContainerGroups"].map((name) => `${account}/${name}`));
    expect(here).toEqual(named(ACCOUNT));
    expect(await poolsOf({ resourceGroup: "other" })).toEqual(here);
    const letters = "ABCDEF00-0000-0000-0000-000000000001";
    const elsewhere = named(`aci/${letters.toLowerCase()}/${REGION}`);
    expect(await poolsOf({ subscriptionId: letters })).toEqual(elsewhere);
    expect(await poolsOf({ subscriptionId: letters.toLowerCase() })).toEqual(elsewhere);
    const farther = await poolsOf({ regions: ["eastus2"] });
    expect(farther).toContain(`aci/${CONFIG.subscriptionId}/eastus2/StandardCores`);
    for (const pool of farther) expect(here).not.toContain(pool);
  });

  test("are less by what anybody runs there, the asking workload's own included, which its count has beside them", async () => {
    const it = world({ quotas: QUOTAS });
    await it.adapter.apply(aciUnit(1), call());
    it.cloud.pass(60_000);
    const left = {
      "on-demand": [
        { pool: `${ACCOUNT}/StandardCores`, milliCpu: 6_000 },
        { pool: `${ACCOUNT}/ContainerGroups`, replicas: 8 },
      ],
      spot: [
        { pool: `${ACCOUNT}/StandardSpotCores`, milliCpu: 3_000 },
        { pool: `${ACCOUNT}/ContainerGroups`, replicas: 8 },
      ],
    };
    expect(drawsBy(await asked(it, "api"))).toEqual(left);
    expect(drawsBy(await asked(it, "web"))).toEqual(left);
    const countOf = async (workload: string) => (await asked(it, workload))[0]?.capacityReplicas;
    expect([await countOf("api"), await countOf("web")]).toEqual([6, 8]);
  });

  test("are what Azure tells: no room for a quota that it does not name, and none where it may not be asked", async () => {
    const silentOn = (name: string) =>
      world(
        { quotas: QUOTAS },
        {
          api: (api) => ({
            ...api,
            usages: async (region, given) =>
              (await api.usages(region, given)).filter((usage) => usage.name?.value !== name),
          }),
        },
      );
    const pools = async (name: string) =>
      drawsBy(await asked(silentOn(name)))["on-demand"]?.map(({ pool }) => pool);
    expect(await pools("StandardCores")).toEqual([`${ACCOUNT}/ContainerGroups`]);
    expect(await pools("ContainerGroups")).toEqual([`${ACCOUNT}/StandardCores`]);
    const denied = world(
      {},
      {
        api: (api) => ({
          ...api,
          usages: async () => await Promise.reject(new AdapterError("denied", "Not with this role.")),
        }),
      },
    );
    expect(drawsBy(await asked(denied))).toEqual({ "on-demand": undefined, spot: undefined });
  });

  test("that are over-full have nothing left, not less", async () => {
    const it = world({ quotas: QUOTAS });
    await it.adapter.apply(aciUnit(1), call());
    it.cloud.rules = {
      ...it.cloud.rules,
      quotas: { ContainerGroups: 1, StandardCores: 1, StandardSpotCores: 1 },
    };
    expect(drawsBy(await asked(it))["on-demand"]).toEqual([
      { pool: `${ACCOUNT}/StandardCores`, milliCpu: 0 },
      { pool: `${ACCOUNT}/ContainerGroups`, replicas: 0 },
    ]);
  });
});
