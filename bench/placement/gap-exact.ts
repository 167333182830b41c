import * as fc from "fast-check";
import type { Market, PackItem, Packing } from "../../src/policy/pack/market.ts";
import { pack } from "../../src/policy/pack/pack.ts";
import { questions } from "../../test/policy/pack/arbitraries.ts";
import { exhaustive, isBetter, type Outcome } from "../../test/policy/pack/exhaustive.ts";

/** Kinds of small questions, with how many of each: 10,000 in all. */
const KINDS = [
  { runs: 4_000, wishes: { maxReplicas: 1, maxItems: 5, maxOffers: 6 } },
  { runs: 4_000, wishes: { maxReplicas: 2, maxItems: 4, maxOffers: 5 } },
  { runs: 1_940, wishes: { maxReplicas: 3, maxItems: 3, maxOffers: 6 } },
  { runs: 60, wishes: { maxReplicas: 1, maxItems: 12, maxOffers: 2 } },
] as const;

/**
 * How far the packing of few workloads is from the best there is, found by trying everything: the most of 10,000 seeded questions,
 * in percent of the best total. Throws when it places fewer, or claims more than there is.
 */
export function measureExactGap(seed: number): number {
  let worst = 0;
  for (const { runs, wishes } of KINDS)
    for (const { market, items } of fc.sample(questions(wishes), { numRuns: runs, seed }))
      worst = Math.max(worst, gapOf(market, items));
  return worst;
}

function gapOf(market: Market, items: readonly PackItem[]): number {
  const packing = pack(market, items);
  const best = exhaustive(market, items);
  const ours = outcomeOf(packing, items);
  if (isBetter(ours, best)) throw new Error("a packing is better than the best there is");
  if (ours.placed.some((count, at) => count !== best.placed[at]))
    throw new Error(`places ${ours.placed.join("+")}, and ${best.placed.join("+")} could be placed`);
  return best.total <= 0 ? 0 : (Math.max(0, best.total - ours.total) / best.total) * 100;
}

function outcomeOf({ placements }: Packing, items: readonly PackItem[]): Outcome {
  const priorities = [...new Set(items.map(({ priority }) => priority))].sort((a, b) => b - a);
  const byId = new Map(items.map((item) => [item.id, item]));
  const placed = priorities.map(
    (priority) => placements.filter(({ id }) => byId.get(id)?.priority === priority).length,
  );
  const total = placements.reduce((sum, { id, parts }) => {
    const worth = parts.reduce((all, part) => all + part.total * part.replicas, 0);
    return sum + worth / (byId.get(id)?.replicas ?? 1);
  }, 0);
  return { placed, total: Math.round(total * 1e10) / 1e10 };
}
