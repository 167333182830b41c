import * as fc from "fast-check";
import type { Offer } from "../../../src/domain/offer.ts";
import type { Place } from "../../../src/domain/place.ts";
import type { Market, MarketOffer, PackItem } from "../../../src/policy/pack/market.ts";
import type { Policy } from "../../../src/policy/policy.ts";
import { aService } from "../../catalog/needs.ts";
import { anOffer, aPrice, OPEN_GATEWAY, OPEN_POLICY } from "../arbitraries.ts";

/** Clouds that share a quota, and hosts that each have room of their own. */
const PLACES: readonly { readonly place: Place; readonly pool: string; readonly zones: readonly string[] }[] =
  [
    { place: { provider: "ecs", target: "aws", region: "eu-west-1" }, pool: "quota-eu", zones: ["IE", "EU"] },
    { place: { provider: "ecs", target: "aws", region: "us-east-1" }, pool: "quota-us", zones: ["US"] },
    {
      place: { provider: "aci", target: "azure", region: "germanywestcentral" },
      pool: "quota-de",
      zones: ["DE", "EU"],
    },
    {
      place: { provider: "agents", target: "home", region: "rack", host: "a" },
      pool: "host-a",
      zones: ["DE", "EU"],
    },
    {
      place: { provider: "agents", target: "home", region: "rack", host: "b" },
      pool: "host-b",
      zones: ["DE", "EU"],
    },
  ];
const SIZES = [500, 1_000, 2_000] as const;
const USD = ["0", "4", "5", "5.5", "7.25", "10", "40"] as const;
export const BUDGETS = ["shop", "lab"] as const;

const marketOffer = (bounded: boolean) =>
  fc
    .record({
      at: fc.constantFrom(...PLACES),
      milliCpu: fc.constantFrom(...SIZES),
      memoryMiB: fc.constantFrom(512, 1_024),
      arch: fc.constantFrom<Offer["shape"]["arch"]>("amd64", "any", "arm64"),
      usd: fc.constantFrom(...USD),
      spot: fc.boolean(),
      isBound: fc.boolean(),
      capacityReplicas: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined, freq: 1 }),
    })
    .map(({ at, milliCpu, memoryMiB, arch, usd, spot, isBound, capacityReplicas }): MarketOffer => {
      const isHost = at.place.host !== undefined;
      const offer = anOffer("", {
        place: at.place,
        shape: { milliCpu, memoryMiB, ephemeralStorageGiB: 20, arch },
        billing: isHost ? "own" : spot ? "spot" : "on-demand",
        price: aPrice(usd),
        path: { transport: "line", reach: "line", bypassable: false },
        jurisdictions: at.zones,
        ...(bounded && !isHost ? { capacityReplicas } : {}),
      });
      return { offer, pools: bounded && (isHost || isBound) ? [at.pool] : [] };
    });

const policies: fc.Arbitrary<Policy> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(OPEN_POLICY) },
  { weight: 1, arbitrary: fc.constant({ ...OPEN_POLICY, name: "steady", spot: "forbid" as const }) },
  { weight: 1, arbitrary: fc.constant({ ...OPEN_POLICY, name: "europe", jurisdictions: [["EU"]] }) },
  {
    weight: 1,
    arbitrary: fc.constant({ ...OPEN_POLICY, name: "cheap", maxUsdPerMonth: { expected: "11" } }),
  },
);
export const spreads: fc.Arbitrary<Policy> = fc
  .record({
    over: fc.constantFrom("region", "provider", "target", "jurisdiction"),
    minimum: fc.integer({ min: 2, max: 3 }),
    whenUnsatisfiable: fc.constantFrom<("refuse" | "ignore")[]>("refuse", "ignore"),
  })
  .map((spread) => ({ ...OPEN_POLICY, name: "spread", spread }));
export const tiered: fc.Arbitrary<Policy> = fc.constant({
  ...OPEN_POLICY,
  name: "tiered",
  tiers: [
    { name: "own", where: { providers: ["agents"] } },
    { name: "rest", where: {} },
  ],
});

export interface Wishes {
  readonly policy: fc.Arbitrary<Policy>;
  readonly maxReplicas: number;
  /** Whether offers draw from pools, and items from budgets. */
  readonly bounded: boolean;
  readonly maxItems: number;
  readonly maxOffers: number;
}

const USUAL: Wishes = { policy: policies, maxReplicas: 2, bounded: true, maxItems: 6, maxOffers: 10 };

/** A market and workloads that meet in it. */
export function questions(
  wishes: Partial<Wishes> = {},
): fc.Arbitrary<{ market: Market; items: readonly PackItem[] }> {
  const { policy, maxReplicas, bounded, maxItems, maxOffers } = { ...USUAL, ...wishes };
  const item = fc.record({
    milliCpu: fc.constantFrom(250, ...SIZES),
    arch: fc.constantFrom("any", "amd64"),
    replicas: fc.integer({ min: 1, max: maxReplicas }),
    priority: fc.constantFrom(50, 50, 50, 10, 90),
    policy,
    budget: fc.constantFrom(...BUDGETS, undefined),
  });
  return fc
    .record({
      offers: fc.array(marketOffer(bounded), { minLength: 1, maxLength: maxOffers, size: "max" }),
      items: fc.array(item, { minLength: 1, maxLength: maxItems, size: "max" }),
      cpu: fc.array(fc.integer({ min: 0, max: 8 }), { minLength: PLACES.length, maxLength: PLACES.length }),
      usd: fc.constantFrom("0", "12", "30.5", "1000"),
    })
    .map(({ offers, items, cpu, usd }) => ({
      market: {
        offers: offers.map((one, at) => ({ ...one, offer: { ...one.offer, id: `offer-${at}` } })),
        pools: PLACES.map(({ pool }, at) => ({ id: pool, milliCpu: (cpu[at] ?? 0) * 500, memoryMiB: 4_096 })),
        budgets: BUDGETS.map((id) => ({ id, usdPerMonth: usd })),
      },
      items: items.map(({ milliCpu, arch, replicas, priority, policy: rules, budget }, at) => ({
        id: `w${at}`,
        priority,
        replicas,
        question: {
          needs: aService({ milliCpu, arch, scale: { min: replicas, max: replicas } }),
          policy: rules,
          gateway: OPEN_GATEWAY,
        },
        ...(bounded && budget !== undefined ? { budgets: [budget] } : {}),
      })),
    }));
}
