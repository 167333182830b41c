import highsModule from "highs";
import type { default as LoadHighs } from "highs";
import { byPriorityThenId, type Entry } from "../../src/policy/pack/entry.ts";
import { Judge } from "../../src/policy/pack/judge.ts";
import type { Market, PackItem } from "../../src/policy/pack/market.ts";
import { pack } from "../../src/policy/pack/pack.ts";
import { type Table, tableOf } from "../../src/policy/pack/table.ts";

/**
 * How far the packing of many workloads can be from the best there is, in percent: against the optimum of the linear relaxation (HiGHS),
 * where workloads may be cut into shares. No real packing that places as many can be better than that.
 */
export async function measureLargeGap(market: Market, items: readonly PackItem[]): Promise<number> {
  const sorted = { ...market, offers: market.offers.toSorted((a, b) => (a.offer.id < b.offer.id ? -1 : 1)) };
  const ordered = items.toSorted(byPriorityThenId);
  const table = tableOf(sorted, ordered);
  const judge = new Judge(sorted, table, false);
  const entries = ordered.map((item) => judge.judge(item)).filter((one): one is Entry => "options" in one);
  const highs = await loadHighs();
  const worst = entries.reduce((least, { options }) => Math.min(least, options.values.at(-1) ?? 0), 0);
  // Being placed at all is worth more than any place: the relaxation may not leave one out to place another better.
  const placedWorth = 1 - worst;
  const solved = highs.solve(programOf(entries, table, placedWorth), { output_flag: false });
  if (solved.Status !== "Optimal") throw new Error(`HiGHS says ${solved.Status}`);
  const { placements, total } = pack(market, items);
  const bound = solved.ObjectiveValue - placedWorth * placements.length;
  return (Math.max(0, bound - total) / bound) * 100;
}

// Its types say CommonJS while Node loads its ES module, whose default export is the loader itself.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
const loadHighs = highsModule as unknown as typeof LoadHighs;

// A variable is the share of a workload's replicas at one option.
function programOf(entries: readonly Entry[], table: Table, placedWorth: number): string {
  const objective: string[] = [];
  const rows: string[] = [];
  const drawn = new Map<number, string[]>();
  const draw = (bound: number, amount: number, name: string): void => {
    const share = amount / (table.capacity[bound] ?? 1);
    if (share > 0) drawn.set(bound, [...(drawn.get(bound) ?? []), `${decimal(share)} ${name}`]);
  };
  let count = 0;
  for (const entry of entries) {
    const names = entry.options.offers.map((row, option) => {
      const name = `x${count++}`;
      objective.push(`${decimal(placedWorth + (entry.options.values[option] ?? 0))} ${name}`);
      for (let at = table.starts[row] ?? 0; at < (table.starts[row + 1] ?? 0); at++)
        draw(table.bounds[at] ?? 0, (table.amounts[at] ?? 0) * entry.replicas, name);
      for (const budget of entry.budgets) draw(budget, (table.microUsd[row] ?? 0) * entry.replicas, name);
      return name;
    });
    if (names.length > 0) rows.push(`${names.join(" + ")} <= 1`, ...spreadRows(entry, names));
  }
  for (const terms of drawn.values()) rows.push(`${terms.join("\n + ")} <= 1`);
  const constraints = rows.map((row, at) => ` c${at}: ${row}`).join("\n");
  return `Maximize\n obj: ${objective.join("\n + ")}\nSubject To\n${constraints}\nEnd\n`;
}

/** Of a workload that is spread no domain holds more than its even share. */
function spreadRows({ options, replicas, apart }: Entry, names: readonly string[]): readonly string[] {
  if (apart <= 1) return [];
  const most = Math.ceil(replicas / apart) / replicas;
  const domains = Map.groupBy(names.keys(), (option) => options.domains?.[option] ?? 0);
  return [...domains.values()].map(
    (held) => `${held.map((option) => names[option] ?? "").join(" + ")} <= ${decimal(most)}`,
  );
}

const decimal = (value: number): string => value.toFixed(9);
