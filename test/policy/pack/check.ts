import { Big } from "big.js";
import { expect } from "vitest";
import type { Market, PackItem, Packing } from "../../../src/policy/pack/market.ts";
import { spreadValue } from "../../../src/policy/spread.ts";

/** Everything that must hold of any packing, whatever it was asked: counted from the market itself, with none of the solver's code. */
export function expectSound(market: Market, items: readonly PackItem[], packing: Packing): void {
  const ids = [...packing.placements, ...packing.unplaced].map(({ id }) => id);
  expect(ids.toSorted()).toEqual(items.map(({ id }) => id).toSorted());
  for (const { because } of packing.unplaced) expect(because.length).toBeGreaterThan(20);
  for (const { id, parts } of packing.placements) {
    const item = items.find((one) => one.id === id);
    expect(parts.reduce((sum, { replicas }) => sum + replicas, 0)).toBe(item?.replicas);
    expectSpread(item, parts);
    for (const { offer } of parts) {
      expect(offer.shape.milliCpu).toBeGreaterThanOrEqual(item?.question.needs.milliCpu ?? 0);
      expect(offer.shape.memoryMiB).toBeGreaterThanOrEqual(item?.question.needs.memoryMiB ?? 0);
    }
  }
  expectWithinPools(market, packing);
  expectWithinBudgets(market, items, packing);
  expect(packing.bound).toBeGreaterThanOrEqual(packing.total - 1e-9);
}

function expectSpread(item: PackItem | undefined, parts: Packing["placements"][number]["parts"]): void {
  const spread = item?.question.policy.spread;
  if (spread === undefined || spread.whenUnsatisfiable === "ignore") return;
  const values = new Set(parts.map(({ offer }) => spreadValue(offer, spread.over)));
  expect(values.size).toBeGreaterThanOrEqual(spread.minimum);
}

function expectWithinPools({ offers, pools }: Market, { placements }: Packing): void {
  const used = pools.map((pool) => ({ ...pool, taken: { replicas: 0, milliCpu: 0, memoryMiB: 0 } }));
  for (const one of offers) {
    const here = placements
      .flatMap(({ parts }) => parts)
      .filter(({ offer }) => offer.id === one.offer.id)
      .reduce((sum, { replicas }) => sum + replicas, 0);
    expect(here).toBeLessThanOrEqual(one.offer.capacityReplicas ?? Infinity);
    for (const { taken } of used.filter(({ id }) => one.pools.includes(id))) {
      taken.replicas += here;
      taken.milliCpu += here * one.offer.shape.milliCpu;
      taken.memoryMiB += here * one.offer.shape.memoryMiB;
    }
  }
  for (const { replicas, milliCpu, memoryMiB, taken } of used) {
    expect(taken.replicas).toBeLessThanOrEqual(replicas ?? Infinity);
    expect(taken.milliCpu).toBeLessThanOrEqual(milliCpu ?? Infinity);
    expect(taken.memoryMiB).toBeLessThanOrEqual(memoryMiB ?? Infinity);
  }
}

function expectWithinBudgets(
  { offers, budgets }: Market,
  items: readonly PackItem[],
  { placements }: Packing,
): void {
  const each = new Map(offers.map(({ offer }) => [offer.id, offer.price?.ceilingUsd ?? "0"]));
  for (const { id: budget, usdPerMonth } of budgets) {
    const mine = new Set(items.filter((item) => item.budgets?.includes(budget)).map(({ id }) => id));
    const spent = placements
      .filter(({ id }) => mine.has(id))
      .flatMap(({ parts }) => parts)
      .reduce(
        (sum, { offer, replicas }) => sum.plus(new Big(each.get(offer.id) ?? "0").times(replicas)),
        new Big(0),
      );
    expect(spent.lte(usdPerMonth)).toBe(true);
  }
}
