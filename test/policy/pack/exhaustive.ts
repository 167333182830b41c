import { askedOffer } from "../../../src/policy/pack/asked.ts";
import type { Market, PackItem } from "../../../src/policy/pack/market.ts";
import { place } from "../../../src/policy/place.ts";
import { spreadValue } from "../../../src/policy/spread.ts";

/** How many are placed of each priority, the highest first, and the total of their scores: what packings are compared by. */
export interface Outcome {
  readonly placed: readonly number[];
  readonly total: number;
}

/** Replicas of one offer of the market (by its place there), and what all of the workload's would be worth there. */
export interface Part {
  readonly at: number;
  readonly replicas: number;
  readonly total: number;
}

/**
 * The best outcome there is, by trying everything: every workload at every offer that `place` leaves it, split over the hosts of a pool or
 * spread as its policy asks, or nowhere. Shares no code with the solver but the scores. For a handful of workloads without tiers.
 */
export function exhaustive(market: Market, items: readonly PackItem[]): Outcome {
  const priorities = [...new Set(items.map(({ priority }) => priority))].sort((a, b) => b - a);
  const ways = items.map((item) => waysOf(market, item));
  const usage = new Usage(market);
  let best: Outcome = { placed: priorities.map(() => 0), total: 0 };
  const visit = (at: number, placed: readonly number[], total: number): void => {
    const item = items[at];
    if (item === undefined) {
      if (isBetter({ placed, total }, best)) best = { placed, total };
      return;
    }
    const level = priorities.indexOf(item.priority);
    for (const parts of ways[at] ?? []) {
      if (!usage.take(item, parts)) continue;
      const worth = parts.reduce((sum, part) => sum + part.total * part.replicas, 0) / item.replicas;
      visit(at + 1, placed.with(level, (placed[level] ?? 0) + 1), total + worth);
      usage.giveBack(item, parts);
    }
    visit(at + 1, placed, total);
  };
  visit(0, best.placed, 0);
  return best;
}

/** Whether one outcome is better than another: more placed of the highest priority where they differ, then the higher total. */
export function isBetter(a: Outcome, b: Outcome): boolean {
  const level = a.placed.findIndex((count, at) => count !== b.placed[at]);
  return level === -1 ? a.total > b.total + 1e-9 : (a.placed[level] ?? 0) > (b.placed[level] ?? 0);
}

/** Every way to place one workload alone: at any offer that `place` leaves it, split over hosts, spread as its policy asks. */
export function waysOf(market: Market, item: PackItem): readonly (readonly Part[])[] {
  const offers = market.offers.map(({ offer }, at) => askedOffer(offer, item, new Usage(market).roomFor(at)));
  const { ranked } = place({ ...item.question, offers });
  const rows = ranked.map(({ offer, total }) => ({
    at: market.offers.findIndex((one) => one.offer.id === offer.id),
    offer,
    total,
  }));
  const ways: Part[][] = [];
  const fill = (from: number, left: number, parts: readonly Part[]): void => {
    if (left === 0) ways.push([...parts]);
    for (const [index, { at, offer, total }] of rows.entries()) {
      if (index < from || left === 0) continue;
      const others = parts.map((part) => market.offers[part.at]?.offer).filter((one) => one !== undefined);
      if (!mayJoin(offer, others, item)) continue;
      for (let replicas = 1; replicas <= left; replicas++)
        fill(index + 1, left - replicas, [...parts, { at, replicas, total }]);
    }
  };
  fill(0, item.replicas, []);
  return ways.filter((parts) => isSpread(market, item, parts));
}

type Offer = Market["offers"][number]["offer"];

// Without a spread only hosts of one pool share a workload, each bought in one way.
function mayJoin(offer: Offer, others: readonly Offer[], { question }: PackItem): boolean {
  return others.every((other) => {
    const { host, ...site } = offer.place;
    const { host: otherHost, ...otherSite } = other.place;
    const sameSite = JSON.stringify(site) === JSON.stringify(otherSite);
    const twoHosts = sameSite && host !== undefined && host !== otherHost;
    return question.policy.spread !== undefined || (twoHosts && offer.billing === other.billing);
  });
}

function isSpread(market: Market, { question, replicas }: PackItem, parts: readonly Part[]): boolean {
  const { spread } = question.policy;
  if (spread === undefined) return true;
  const counts = new Map<string, number>();
  for (const part of parts) {
    const offer = market.offers[part.at]?.offer;
    const value = offer === undefined ? "" : spreadValue(offer, spread.over);
    counts.set(value, (counts.get(value) ?? 0) + part.replicas);
  }
  return (
    counts.size >= spread.minimum && Math.max(...counts.values()) <= Math.ceil(replicas / spread.minimum)
  );
}

/** What has been taken of a market. */
class Usage {
  readonly #market: Market;
  readonly #used = new Map<string, number>();

  constructor(market: Market) {
    this.#market = market;
  }

  /** Take the room of some parts if there is enough for all; else take nothing and say so. */
  take(item: PackItem, parts: readonly Part[]): boolean {
    this.#add(item, parts, 1);
    if (this.#isWithin()) return true;
    this.#add(item, parts, -1);
    return false;
  }

  giveBack(item: PackItem, parts: readonly Part[]): void {
    this.#add(item, parts, -1);
  }

  /** Replicas that an offer has room for; undefined where nothing bounds it. */
  roomFor(at: number): number | undefined {
    const { offer, pools = [] } = this.#market.offers[at] ?? {};
    const rooms = this.#market.pools
      .filter(({ id }) => pools.includes(id))
      .map(({ replicas = Infinity, milliCpu = Infinity, memoryMiB = Infinity }) =>
        Math.floor(
          Math.min(
            replicas,
            milliCpu / (offer?.shape.milliCpu ?? 1),
            memoryMiB / (offer?.shape.memoryMiB ?? 1),
          ),
        ),
      );
    const least = Math.min(...rooms, offer?.capacityReplicas ?? Infinity);
    return least === Infinity ? undefined : least;
  }

  #add({ budgets = [] }: PackItem, parts: readonly Part[], sign: 1 | -1): void {
    const add = (key: string, amount: number): unknown =>
      this.#used.set(key, (this.#used.get(key) ?? 0) + amount * sign);
    for (const { at, replicas } of parts) {
      const { offer, pools = [] } = this.#market.offers[at] ?? {};
      if (offer === undefined) continue;
      add(offer.id, replicas);
      for (const pool of pools) {
        add(`${pool}/replicas`, replicas);
        add(`${pool}/cpu`, replicas * offer.shape.milliCpu);
        add(`${pool}/memory`, replicas * offer.shape.memoryMiB);
      }
      for (const budget of budgets) add(`${budget}/usd`, replicas * Number(offer.price?.ceilingUsd));
    }
  }

  #isWithin(): boolean {
    const { offers, pools, budgets } = this.#market;
    const within = (key: string, most: number | undefined): boolean =>
      (this.#used.get(key) ?? 0) <= (most ?? Infinity) + 1e-9;
    return (
      offers.every(({ offer }) => within(offer.id, offer.capacityReplicas)) &&
      pools.every(
        ({ id, replicas, milliCpu, memoryMiB }) =>
          within(`${id}/replicas`, replicas) &&
          within(`${id}/cpu`, milliCpu) &&
          within(`${id}/memory`, memoryMiB),
      ) &&
      budgets.every(({ id, usdPerMonth }) => within(`${id}/usd`, Number(usdPerMonth)))
    );
  }
}
