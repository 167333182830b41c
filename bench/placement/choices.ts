import type { Offer } from "../../src/domain/offer.ts";
import type { Market, PackItem } from "../../src/policy/pack/market.ts";
import { fieldOf, score } from "../../src/policy/scorers.ts";
import { spreadValue } from "../../src/policy/spread.ts";
import { tierChain, tierOf } from "../../src/policy/tiers.ts";
import { isAllowed, isBigEnough } from "./idiomatic.ts";
import { State } from "./state.ts";

/** One way to place all replicas of a workload: what that is worth, costs and takes. */
export interface Choice {
  readonly value: number;
  readonly usd: number;
  readonly shape: Offer["shape"];
  readonly pools: readonly string[];
  readonly domain: string;
}

/** What passing over a tier costs: more than any total can make up for. */
const STEP_DOWN = 2;

/**
 * Every way to place a workload, less those that another of the same pools and domain outdoes: worth as much, no bigger, and no dearer
 * where a budget pays. `offers`: the market's, at the price of all its replicas.
 */
export function choicesOf(market: Market, offers: readonly Offer[], item: PackItem): readonly Choice[] {
  const { needs, policy, users } = item.question;
  const { budgets: _none, ...free } = item;
  const state = new State(market);
  const pools = new Map(market.offers.map((one) => [one.offer.id, one.pools]));
  const standing = offers.filter(
    (offer) => isBigEnough(offer, needs) && isAllowed(offer, needs, policy) && state.hasRoom(offer, 1, free),
  );
  const field = fieldOf(standing, users);
  const chain = tierChain(policy.tiers);
  const all = standing.map((offer): Choice => {
    const tier = chain.length === 0 ? 0 : (tierOf(offer, chain, () => false) ?? chain.length);
    return {
      value: score(offer, field, policy).total - STEP_DOWN * tier,
      usd: Number(offer.price?.ceilingUsd ?? 0),
      shape: offer.shape,
      pools: pools.get(offer.id) ?? [],
      domain: policy.spread === undefined ? "" : spreadValue(offer, policy.spread.over),
    };
  });
  const groups = Map.groupBy(all, (choice) => `${choice.pools.join()}|${choice.domain}`);
  return [...groups.values()].flatMap((group) => undominated(group, (item.budgets ?? []).length > 0));
}

function undominated(group: readonly Choice[], pays: boolean): readonly Choice[] {
  const kept: Choice[] = [];
  for (const one of group.toSorted((a, b) => b.value - a.value)) {
    const isOutdone = kept.some(
      (other) =>
        (!pays || other.usd <= one.usd) &&
        (one.pools.length === 0 ||
          (other.shape.milliCpu <= one.shape.milliCpu && other.shape.memoryMiB <= one.shape.memoryMiB)),
    );
    if (!isOutdone) kept.push(one);
  }
  return kept;
}
