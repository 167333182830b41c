import { byPriorityThenId } from "../../src/policy/pack/entry.ts";
import type { Market, PackItem, Packing } from "../../src/policy/pack/market.ts";
import { pack } from "../../src/policy/pack/pack.ts";
import { placeIdiomatically } from "./idiomatic.ts";
import { median } from "../median.ts";
import { Priced } from "./priced.ts";
import { State } from "./state.ts";

const ROUNDS = 5;
const WARM_UPS = 10;
/** Workloads of the comparison in which nothing runs out. */
export const COMPARED = 1_000;
export interface Speed {
  readonly placementsPerSecond: number;
  readonly idiomaticPerSecond: number;
  /** The median of the rounds' ratios: what slows the machine down meets both sides of a round. */
  readonly ratio: number;
  readonly packing: Packing;
}

/**
 * Rounds of both, one after the other, so that whatever else the machine does meets both alike. The baseline goes through the workloads
 * once, a fifth of them each round, in the same order and with the state that the fifths before left; `pack` places all of them each time.
 */
export function measureSpeed(market: Market, items: readonly PackItem[]): Speed {
  const ordered = byPriorityThenId(items);
  const share = Math.ceil(ordered.length / ROUNDS);
  const priced = new Priced(market);
  const state = new State(market);
  for (const item of ordered) priced.for(item);
  let packing = pack(market, items);
  // Both sides are compiled before the first round counts.
  for (let warm = 1; warm < WARM_UPS; warm++) packing = pack(market, items);
  for (const item of ordered.slice(0, share / ROUNDS))
    placeIdiomatically(priced.for(item), item, new State(market));
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    const part = ordered.slice(round * share, (round + 1) * share);
    const idiomatic = perSecond(part.length, () => {
      for (const item of part) placeIdiomatically(priced.for(item), item, state);
    });
    const packed = perSecond(items.length, () => {
      packing = pack(market, items);
    });
    return { packed, idiomatic, ratio: packed / idiomatic };
  });
  return {
    placementsPerSecond: median(rounds.map(({ packed }) => packed)),
    idiomaticPerSecond: median(rounds.map(({ idiomatic }) => idiomatic)),
    ratio: median(rounds.map(({ ratio }) => ratio)),
    packing,
  };
}

/** Where nothing runs out, both must place everybody alike. Throws at the first difference. */
export function assertSame(bounded: Market, items: readonly PackItem[]): void {
  const market = { ...bounded, offers: bounded.offers.map(({ offer }) => ({ offer, pools: [] })), pools: [] };
  const some = items.slice(0, COMPARED).map(({ budgets: _none, ...item }) => item);
  const state = new State(market);
  const priced = new Priced(market);
  const placements = new Map(pack(market, some).placements.map(({ id, parts }) => [id, parts]));
  for (const item of some) {
    const parts = placeIdiomatically(priced.for(item), item, state);
    const theirs = parts
      ?.map(({ offer, replicas }) => `${offer} x ${replicas}`)
      .toSorted()
      .join();
    const ours = placements
      .get(item.id)
      ?.map(({ offer, replicas }) => `${offer.id} x ${replicas}`)
      .toSorted()
      .join();
    if (ours !== theirs) throw new Error(`${item.id}: packed at ${ours}, placed alone at ${theirs}`);
  }
}

function perSecond(count: number, run: () => void): number {
  const start = performance.now();
  run();
  return (count * 1_000) / (performance.now() - start);
}
