import type { Market, PackItem } from "../../src/policy/pack/market.ts";
import { pack } from "../../src/policy/pack/pack.ts";
import { type Choice, choicesOf } from "./choices.ts";
import { decimal, highs } from "./highs.ts";
import { Priced } from "./priced.ts";

/**
 * How far the packing of many workloads can be from the best there is, in percent: against the optimum of the linear relaxation (HiGHS),
 * where workloads may be cut into shares. No real packing that places as many can be better than that. The program is made from the
 * market with plain conditions: nothing of it comes from the solver that it judges, but the scores.
 */
export function measureLargeGap(market: Market, items: readonly PackItem[]): number {
  const priced = new Priced(market);
  const choices = items.map((item) => choicesOf(market, priced.for(item), item));
  const least = choices.flat().reduce((lowest, { value }) => Math.min(lowest, value), 0);
  // Being placed at all is worth more than any place: the relaxation may not leave one out to place another better.
  const placedWorth = 1 - least;
  const solved = highs.solve(programOf(market, items, choices, placedWorth), { output_flag: false });
  if (solved.Status !== "Optimal") throw new Error(`HiGHS says ${solved.Status}`);
  const { placements, total } = pack(market, items);
  const bound = solved.ObjectiveValue - placedWorth * placements.length;
  if (total > bound * (1 + TOLERANCE)) throw new Error(`a total of ${total} is more than the bound ${bound}`);
  return (Math.max(0, bound - total) / bound) * 100;
}

/** HiGHS keeps its constraints to about this. */
const TOLERANCE = 1e-6;

// A variable is the share of a workload's replicas at one offer.
function programOf(
  { pools, budgets }: Market,
  items: readonly PackItem[],
  choices: readonly (readonly Choice[])[],
  placedWorth: number,
): string {
  const objective: string[] = [];
  const rows: string[] = [];
  const drawn = new Map<string, string[]>();
  const draw = (bound: string, share: number, name: string): void => {
    if (share <= 0 || !Number.isFinite(share)) return;
    const terms = drawn.get(bound);
    if (terms === undefined) drawn.set(bound, [`${decimal(share)} ${name}`]);
    else terms.push(`${decimal(share)} ${name}`);
  };
  const poolOf = new Map(pools.map((pool) => [pool.id, pool]));
  const budgetOf = new Map(budgets.map(({ id, usdPerMonth }) => [id, Number(usdPerMonth)]));
  let count = 0;
  for (const [at, item] of items.entries()) {
    const names = (choices[at] ?? []).map((choice) => {
      const name = `x${count++}`;
      objective.push(`${decimal(placedWorth + choice.value)} ${name}`);
      for (const id of choice.pools) {
        const { milliCpu = Infinity, memoryMiB = Infinity } = poolOf.get(id) ?? {};
        draw(`${id} cpu`, (choice.shape.milliCpu * item.replicas) / milliCpu, name);
        draw(`${id} memory`, (choice.shape.memoryMiB * item.replicas) / memoryMiB, name);
      }
      for (const id of item.budgets ?? []) draw(id, choice.usd / (budgetOf.get(id) ?? Infinity), name);
      return name;
    });
    if (names.length > 0)
      rows.push(`${names.join(" + ")} <= 1`, ...spreadRows(item, choices[at] ?? [], names));
  }
  for (const terms of drawn.values()) rows.push(`${terms.join("\n + ")} <= 1`);
  const constraints = rows.map((row, at) => ` c${at}: ${row}`).join("\n");
  return `Maximize\n obj: ${objective.join("\n + ")}\nSubject To\n${constraints}\nEnd\n`;
}

/** Of a workload that is spread no domain holds more than its even share, where there are domains enough. */
function spreadRows(
  { question, replicas }: PackItem,
  choices: readonly Choice[],
  names: readonly string[],
): readonly string[] {
  const { spread } = question.policy;
  if (spread === undefined) return [];
  const domains = Map.groupBy(choices.keys(), (at) => choices[at]?.domain ?? "");
  const apart = Math.min(spread.minimum, replicas, domains.size);
  const most = Math.ceil(replicas / Math.max(1, apart)) / replicas;
  return [...domains.values()].map(
    (held) => `${held.map((at) => names[at] ?? "").join(" + ")} <= ${decimal(most)}`,
  );
}
