import { assemble } from "./assemble.ts";
import { byPriorityThenId } from "./entry.ts";
import { MAX_EXACT } from "./exact.ts";
import { Judge } from "./judge.ts";
import type { Market, MarketOffer, PackItem, Packing } from "./market.ts";
import { tableOf } from "./table.ts";

export interface PackOptions {
  /** How near to its bound a packing of many is good enough, as a share of it. */
  readonly near?: number | undefined;
}

/** A packing within half a percent of what no packing can pass is searched no further. */
export const NEAR = 0.005;

/**
 * Place many workloads at once, within pools, quotas and budgets, each scored as `place` scores it alone. Up to `MAX_EXACT` of them:
 * the best packing there is. More: a good one and a bound on how much better any could be. The same question has the
 * same answer, in whatever order offers and workloads come; where nothing runs out, everybody gets what `place` would choose.
 */
export function pack(market: Market, items: readonly PackItem[], { near = NEAR }: PackOptions = {}): Packing {
  // Everything in one order, whatever order it came in: what is equal falls to the id.
  const ordered = byPriorityThenId(items.map(inOrder));
  const sorted = {
    offers: market.offers.toSorted(byOfferId),
    pools: market.pools.toSorted(byId),
    budgets: market.budgets.toSorted(byId),
  };
  const table = tableOf(sorted, ordered);
  const judge = new Judge(sorted, table, ordered.length <= MAX_EXACT);
  return assemble(
    ordered.map((item) => judge.judge(item)),
    table,
    near,
  );
}

function inOrder(item: PackItem): PackItem {
  const { offers, budgets } = item;
  if (offers === undefined && (budgets === undefined || budgets.length < 2)) return item;
  return { ...item, offers: offers?.toSorted(byOfferId), budgets: budgets?.toSorted() };
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : Number(a.id > b.id);

const byOfferId = ({ offer: a }: MarketOffer, { offer: b }: MarketOffer): number => byId(a, b);
