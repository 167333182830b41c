import * as fc from "fast-check";
import { expect, test } from "vitest";
import { placeLabel } from "../../../src/domain/place.ts";
import { decidePlacement } from "../../../src/policy/decision.ts";
import { askedOffer } from "../../../src/policy/pack/asked.ts";
import type { Market, Packed, PackItem, Packing } from "../../../src/policy/pack/market.ts";
import { pack } from "../../../src/policy/pack/pack.ts";
import { OPEN_POLICY } from "../arbitraries.ts";
import { questions, spreads, tiered } from "./arbitraries.ts";
import { expectSound } from "./check.ts";

/** The largest instances of a property here: the large ones are the benchmark's. */
const RUNS = 300;

test.each([
  ["workloads", questions()],
  ["spread workloads", questions({ policy: spreads, maxReplicas: 4 })],
  ["workloads whose tiers overflow", questions({ policy: tiered, maxReplicas: 3 })],
  ["more than are searched exactly", questions({ maxItems: 40, maxReplicas: 4, maxOffers: 25 })],
  ["as many, spread", questions({ policy: spreads, maxItems: 40, maxReplicas: 4, maxOffers: 25 })],
  ["as many, with tiers", questions({ policy: tiered, maxItems: 40, maxReplicas: 3, maxOffers: 25 })],
])("no pool, quota or budget is ever exceeded, and whoever has no place has a reason: %s", (_what, some) => {
  fc.assert(
    fc.property(some, ({ market, items }) => expectSound(market, items, pack(market, items))),
    { numRuns: RUNS },
  );
});

test.each([
  ["few", questions({ maxReplicas: 3 })],
  ["many", questions({ maxItems: 30, maxOffers: 20 })],
])("the order in which offers, pools and workloads come changes nothing: %s", (_what, some) => {
  const shuffled = some.chain(({ market, items }) =>
    fc.record({
      market: fc.constant(market),
      items: fc.constant(items),
      offers: shuffle(market.offers),
      pools: shuffle(market.pools),
      others: shuffle(items),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ market, items, offers, pools, others }) => {
      expect(pack({ ...market, offers, pools }, others)).toEqual(pack(market, items));
    }),
    { numRuns: RUNS },
  );
});

test.each([
  ["few", questions({ bounded: false, maxReplicas: 3 })],
  ["many", questions({ bounded: false, maxItems: 30 })],
  ["spread", questions({ bounded: false, policy: spreads, maxReplicas: 5, maxOffers: 16 })],
  ["tiers", questions({ bounded: false, policy: tiered, maxReplicas: 3 })],
])("where nothing runs out, everybody goes where they would be placed alone: %s", (_what, some) => {
  fc.assert(
    fc.property(some, ({ market, items }) => {
      const packing = pack(market, items);
      for (const item of items) expect(partsOf(packing, item.id)).toEqual(alone(market, item));
      expect(packing.proven).toBe(true);
    }),
    { numRuns: RUNS },
  );
});

test("one workload alone is packed where place ranks it best, whatever is left of the pools", () => {
  fc.assert(
    fc.property(questions({ maxItems: 1, maxReplicas: 1 }), ({ market, items: [item] }) => {
      if (item === undefined) return;
      const free = { ...item, budgets: [] };
      const offers = market.offers.map((one) => askedOffer(one.offer, free, roomOf(market, one)));
      const { chosen } = decidePlacement({ ...free.question, offers, now: 0 }).choice;
      expect(partsOf(pack(market, [free]), item.id)?.[0]).toBe(chosen && `${chosen.offer.id} x 1`);
    }),
    { numRuns: RUNS },
  );
});

test("a workload that runs stays where it is, when nothing has changed and no saving is enough", () => {
  fc.assert(
    fc.property(
      fc.oneof(questions({ maxReplicas: 3 }), questions({ policy: spreads, maxReplicas: 3 })),
      ({ market, items }) => {
        const first = pack(market, items);
        // What runs is not free any more, and so is what it costs.
        const left = without(market, items, first);
        const again = items.map((item): PackItem => {
          const parts = first.placements.find(({ id }) => id === item.id)?.parts ?? [];
          const incumbents = parts.map(({ offer }) => ({ ...offer, offer: offer.id }));
          const held = parts.map(({ offer, replicas }) => ({ place: offer.place, replicas }));
          const [incumbent] = incumbents;
          // A place that was second best for want of room may be left for a saving; here none is ever enough.
          const policy = {
            ...item.question.policy,
            movement: { ...OPEN_POLICY.movement, minimumSavingPercent: 101 },
          };
          return { ...item, question: { ...item.question, policy, incumbent, incumbents, held } };
        });
        const second = pack(left, again);
        for (const { id, parts } of first.placements) {
          const now = second.placements.find((one) => one.id === id);
          expect(now && whereOf(now)).toEqual(whereOf({ parts }));
          expect(now?.stays).toBe(true);
        }
      },
    ),
    { numRuns: RUNS },
  );
});

test("a pack of nothing is nothing", () => {
  expect(pack({ offers: [], pools: [], budgets: [] }, [])).toMatchObject({
    placements: [],
    unplaced: [],
    total: 0,
  });
});

const shuffle = <T>(list: readonly T[]): fc.Arbitrary<readonly T[]> =>
  fc.shuffledSubarray([...list], { minLength: list.length });

/** Replicas by place, in whatever sizes they are bought there. */
function whereOf({ parts }: Pick<Packed, "parts">): readonly string[] {
  const byPlace = Map.groupBy(parts, ({ offer: { place } }) => placeLabel(place));
  return [...byPlace]
    .map(([at, there]) => `${at} x ${there.reduce((sum, { replicas }) => sum + replicas, 0)}`)
    .toSorted();
}

type Parts = readonly string[];

function partsOf(packing: Packing, id: string): Parts | undefined {
  const parts = packing.placements.find((one) => one.id === id)?.parts;
  return parts?.map(({ offer, replicas }) => `${offer.id} x ${replicas}`).toSorted();
}

function alone(market: Market, item: PackItem): Parts | undefined {
  const offers = market.offers.map(({ offer }) => askedOffer(offer, item, undefined));
  const { split } = decidePlacement({ ...item.question, offers, now: 0 });
  if (split?.ok !== true) return undefined;
  return split.parts.map(({ ranked, replicas }) => `${ranked.offer.id} x ${replicas}`).toSorted();
}

function roomOf({ pools }: Market, { offer, pools: drawn }: Market["offers"][number]): number | undefined {
  const rooms = pools
    .filter(({ id }) => drawn.includes(id))
    .map(({ milliCpu = Infinity, memoryMiB = Infinity }) =>
      Math.floor(Math.min(milliCpu / offer.shape.milliCpu, memoryMiB / offer.shape.memoryMiB)),
    );
  const all = [...rooms, ...(offer.capacityReplicas === undefined ? [] : [offer.capacityReplicas])];
  return all.length === 0 ? undefined : Math.min(...all);
}

/** What is left of a market when a packing runs in it. */
function without(market: Market, items: readonly PackItem[], { placements }: Packing): Market {
  const at = (id: string): number =>
    placements
      .flatMap(({ parts }) => parts)
      .filter(({ offer }) => offer.id === id)
      .reduce((sum, { replicas }) => sum + replicas, 0);
  const cost = (budget: string): number =>
    placements
      .filter(({ id }) => items.find((item) => item.id === id)?.budgets?.includes(budget))
      .flatMap(({ parts }) => parts)
      .reduce((sum, { offer, replicas }) => sum + Number(offer.price?.ceilingUsd) * replicas, 0);
  return {
    offers: market.offers.map(({ offer, pools }) => ({
      offer: {
        ...offer,
        ...(offer.capacityReplicas === undefined
          ? {}
          : { capacityReplicas: offer.capacityReplicas - at(offer.id) }),
      },
      pools,
    })),
    pools: market.pools.map((pool) => {
      const taken = (of: "milliCpu" | "memoryMiB"): number =>
        market.offers
          .filter(({ pools }) => pools.includes(pool.id))
          .reduce((sum, { offer }) => sum + at(offer.id) * offer.shape[of], 0);
      return {
        id: pool.id,
        milliCpu: (pool.milliCpu ?? 0) - taken("milliCpu"),
        memoryMiB: (pool.memoryMiB ?? 0) - taken("memoryMiB"),
      };
    }),
    budgets: market.budgets.map(({ id, usdPerMonth }) => ({
      id,
      usdPerMonth: String(Number(usdPerMonth) - cost(id)),
    })),
  };
}
