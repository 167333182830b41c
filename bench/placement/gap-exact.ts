import * as fc from "fast-check";
import type { Market, PackItem, Packing } from "../../src/policy/pack/market.ts";
import { pack } from "../../src/policy/pack/pack.ts";
import { questions, spreads } from "../../test/policy/pack/arbitraries.ts";
import { exhaustive, isBetter, type Outcome } from "../../test/policy/pack/exhaustive.ts";
import { bestByProgram } from "./best-ways.ts";

/** Spread as evenly as can be or not at all: what is tried everywhere is then what may be. */
const refusing = spreads.map((policy) => ({
  ...policy,
  spread: policy.spread && { ...policy.spread, whenUnsatisfiable: "refuse" as const },
}));

/** Kinds of small questions, with how many of each and who knows the best answer: 10,000 in all. */
const KINDS = [
  { runs: 3_000, oracle: exhaustive, wishes: { maxReplicas: 1, maxItems: 5, maxOffers: 6 } },
  { runs: 2_500, oracle: exhaustive, wishes: { maxReplicas: 2, maxItems: 4, maxOffers: 5 } },
  { runs: 1_000, oracle: exhaustive, wishes: { maxReplicas: 3, maxItems: 3, maxOffers: 6 } },
  { runs: 500, oracle: exhaustive, wishes: { policy: refusing, maxReplicas: 3, maxItems: 3, maxOffers: 6 } },
  { runs: 2_000, oracle: bestByProgram, wishes: { maxReplicas: 1, maxItems: 12, maxOffers: 10 } },
  { runs: 1_000, oracle: bestByProgram, wishes: { maxReplicas: 3, maxItems: 12, maxOffers: 8 } },
] as const;

/** Totals that differ by less are equal: they are sums of a dozen floats. */
const EQUAL = 1e-8;

/**
 * How far the packing of few workloads is from the best there is: the most of 10,000 seeded questions, in percent of the best total.
 * Throws when it places fewer, or claims more than there is.
 */
export function measureExactGap(seed: number): number {
  let worst = 0;
  for (const { runs, oracle, wishes } of KINDS)
    for (const { market, items } of fc.sample(questions(wishes), { numRuns: runs, seed }))
      worst = Math.max(worst, gapOf(market, items, oracle(market, items)));
  return worst;
}

function gapOf(market: Market, items: readonly PackItem[], best: Outcome): number {
  const packing = pack(market, items);
  if (!packing.proven) throw new Error("a packing of few is not proven to be the best");
  const ours = outcomeOf(packing, items);
  if (isBetter({ ...ours, total: ours.total - EQUAL }, best))
    throw new Error("a packing is better than the best there is");
  if (ours.placed.some((count, at) => count !== best.placed[at]))
    throw new Error(`places ${ours.placed.join("+")}, and ${best.placed.join("+")} could be placed`);
  const missing = best.total - ours.total;
  return missing <= EQUAL ? 0 : (missing / best.total) * 100;
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
  return { placed, total };
}
