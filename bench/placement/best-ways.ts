import type { Market, PackItem } from "../../src/policy/pack/market.ts";
import { type Outcome, type Part, waysOf } from "../../test/policy/pack/exhaustive.ts";
import { decimal, highs } from "./highs.ts";

/**
 * The best outcome there is, by an integer program over every way to place every workload (HiGHS): as many placed as can be, first of the
 * highest priority, and among those the highest total.
 */
export function bestByProgram(market: Market, items: readonly PackItem[]): Outcome {
  const priorities = [...new Set(items.map(({ priority }) => priority))].sort((a, b) => b - a);
  const worth = worthOf(items, priorities);
  const columns = items.flatMap((item, at) => waysOf(market, item).map((parts) => ({ at, item, parts })));
  const objective = columns.map(
    ({ item, parts }, x) => `${decimal((worth.get(item.priority) ?? 0) + totalOf(item, parts))} x${x}`,
  );
  const rows = new Map<string, string[]>();
  for (const [x, { at, item, parts }] of columns.entries()) {
    add(rows, `one ${at}`, 1, x);
    for (const [bound, share] of sharesOf(market, item, parts)) add(rows, bound, share, x);
  }
  const names = columns.map((_column, x) => `x${x}`);
  if (names.length === 0) return { placed: priorities.map(() => 0), total: 0 };
  const constraints = [...rows.values()].map((terms, at) => ` c${at}: ${terms.join(" + ")} <= 1`);
  const program = `Maximize\n obj: ${objective.join(" + ")}\nSubject To\n${constraints.join("\n")}\nBinary\n ${names.join(" ")}\nEnd\n`;
  const solved = highs.solve(program, { output_flag: false, mip_rel_gap: 0 });
  if (solved.Status !== "Optimal") throw new Error(`HiGHS says ${solved.Status}`);
  const chosen = columns.filter((_column, x) => (solved.Columns[`x${x}`]?.Primal ?? 0) > 0.5);
  return {
    placed: priorities.map((priority) => chosen.filter(({ item }) => item.priority === priority).length),
    total: chosen.reduce((sum, { item, parts }) => sum + totalOf(item, parts), 0),
  };
}

/** What placing one of each priority is worth: more than everything below it. */
function worthOf(items: readonly PackItem[], priorities: readonly number[]): ReadonlyMap<number, number> {
  const worth = new Map<number, number>();
  let below = items.length + 1;
  for (const priority of priorities.toReversed()) {
    worth.set(priority, below);
    below += below * items.filter((item) => item.priority === priority).length;
  }
  return worth;
}

function totalOf({ replicas }: PackItem, parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.total * part.replicas, 0) / replicas;
}

/** What some parts take of every bound, as a share of it; more than all of one that has nothing. */
function sharesOf(
  market: Market,
  { budgets = [] }: PackItem,
  parts: readonly Part[],
): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  const take = (bound: string, amount: number, whole: number | undefined): void => {
    if (whole === undefined || amount === 0) return;
    shares.set(bound, (shares.get(bound) ?? 0) + (whole === 0 ? 2 : amount / whole));
  };
  for (const { at, replicas } of parts) {
    const { offer, pools = [] } = market.offers[at] ?? {};
    if (offer === undefined) continue;
    take(`offer ${at}`, replicas, offer.capacityReplicas);
    for (const pool of market.pools.filter(({ id }) => pools.includes(id))) {
      take(`${pool.id} replicas`, replicas, pool.replicas);
      take(`${pool.id} cpu`, replicas * offer.shape.milliCpu, pool.milliCpu);
      take(`${pool.id} memory`, replicas * offer.shape.memoryMiB, pool.memoryMiB);
    }
    for (const { id, usdPerMonth } of market.budgets.filter((budget) => budgets.includes(budget.id)))
      take(`budget ${id}`, replicas * Number(offer.price?.ceilingUsd ?? 0), Number(usdPerMonth));
  }
  return shares;
}

function add(rows: Map<string, string[]>, row: string, amount: number, x: number): void {
  const terms = rows.get(row) ?? [];
  terms.push(`${decimal(amount)} x${x}`);
  rows.set(row, terms);
}
