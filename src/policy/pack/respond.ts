import { type Entry, evenShare, newcomers } from "./entry.ts";
import { costOf, type Tariff, tariffOf } from "./settle.ts";
import type { Table } from "./table.ts";

/** How each workload would place itself if every bound only had a price: their worth less what they pay; adds up what they would use. */
export function respondAll(
  entries: readonly Entry[],
  table: Table,
  worth: number,
  unitPrices: Float64Array,
  use: Float64Array,
): number {
  const tariff = tariffOf(table, unitPrices);
  let sum = 0;
  for (const entry of entries)
    sum +=
      entry.apart > 1
        ? respondApart(entry, table, worth, tariff, use)
        : respond(entry, table, worth, tariff, use);
  return sum;
}

function respond(entry: Entry, table: Table, worth: number, tariff: Tariff, use: Float64Array): number {
  const { offers, values } = entry.options;
  let best = 0;
  let chosen = -1;
  for (let option = 0; option < offers.length; option++) {
    const gain = worth + (values[option] ?? 0);
    // Options come best first, and no price is below nothing.
    if (gain <= best) break;
    const reduced = gain - costOf(entry, option, entry.replicas, tariff, table);
    if (reduced <= best) continue;
    best = reduced;
    chosen = option;
  }
  if (chosen >= 0) addUse(entry, chosen, entry.replicas, table, use);
  return best;
}

/** Evenly over the best domains, the better of them the fuller: no spread packing of it can be worth more. */
function respondApart(entry: Entry, table: Table, worth: number, tariff: Tariff, use: Float64Array): number {
  const { options, replicas, apart } = entry;
  const byDomain = new Map<number, { readonly option: number; readonly gain: number }>();
  for (const [option, value] of options.values.entries()) {
    const gain = value - costOf(entry, option, replicas, tariff, table);
    const domain = options.domains?.[option] ?? option;
    if (gain > (byDomain.get(domain)?.gain ?? -Infinity)) byDomain.set(domain, { option, gain });
  }
  const best = [...byDomain.values()].sort((a, b) => b.gain - a.gain).slice(0, apart);
  if (best.length < apart) return 0;
  const counts = best.map(() => 1);
  let left = replicas - apart;
  let sum = 0;
  for (const [rank, { gain }] of best.entries()) {
    const more = Math.min(left, evenShare(entry) - 1);
    counts[rank] = 1 + more;
    left -= more;
    sum += gain * (1 + more);
  }
  const reduced = worth + sum / replicas;
  if (reduced <= 0) return 0;
  for (const [rank, { option }] of best.entries()) addUse(entry, option, counts[rank] ?? 0, table, use);
  return reduced;
}

function addUse(entry: Entry, option: number, replicas: number, table: Table, use: Float64Array): void {
  const offer = entry.options.offers[option] ?? 0;
  const anew = newcomers(entry, option, replicas);
  const end = table.starts[offer + 1] ?? 0;
  for (let at = table.starts[offer] ?? 0; at < end; at++) {
    const bound = table.bounds[at] ?? 0;
    use[bound] = (use[bound] ?? 0) + (table.amounts[at] ?? 0) * anew;
  }
  const cost = (table.microUsd[offer] ?? 0) * anew;
  for (const budget of entry.budgets) use[budget] = (use[budget] ?? 0) + cost;
}
