import { floatAt, intAt, itemAt } from "../at.ts";
import { type Entry, evenShare, newcomers } from "./entry.ts";
import type { Group } from "./groups.ts";
import { type Tariff, UnitTariff } from "./tariff.ts";
import type { Table } from "./table.ts";

/**
 * How each workload would place itself if every bound only had a price: their worth less what they pay; adds up what they would use.
 * Those that are alike do alike.
 */
export function respondAll(
  groups: readonly Group[],
  table: Table,
  worth: number,
  unitPrices: Float64Array,
  use: Float64Array,
): number {
  const tariff = new UnitTariff(table, unitPrices);
  let sum = 0;
  for (const group of groups)
    sum +=
      group.count *
      (group.entry.apart > 1
        ? respondApart(group, table, worth, tariff, use)
        : respond(group, table, worth, tariff, use));
  return sum;
}

function respond(
  { entry, count }: Group,
  table: Table,
  worth: number,
  tariff: Tariff,
  use: Float64Array,
): number {
  const { options, replicas } = entry;
  const { offers, values, kept } = options;
  const pay = tariff.perMicroUsd(entry);
  let best = 0;
  let chosen = -1;
  for (let option = 0; option < offers.length; option++) {
    const gain = worth + floatAt(values, option);
    // Options come best first, and no price is below nothing.
    if (gain <= best) break;
    const offer = intAt(offers, option);
    const each = tariff.perReplica(offer, pay);
    const anew = kept === undefined ? replicas : newcomers(entry, option, replicas);
    if (gain - each * anew <= best) continue;
    best = gain - each * anew;
    chosen = option;
  }
  if (chosen >= 0) addUse(entry, chosen, count * newcomers(entry, chosen, replicas), table, use);
  return best;
}

/** Evenly over the best domains, the better of them the fuller: no spread packing of it can be worth more. */
function respondApart(
  { entry, count }: Group,
  table: Table,
  worth: number,
  tariff: Tariff,
  use: Float64Array,
): number {
  const { options, replicas, apart } = entry;
  const { offers, values, domains } = options;
  const pay = tariff.perMicroUsd(entry);
  const best: Stand[] = [];
  for (let option = 0; option < offers.length; option++) {
    const value = floatAt(values, option);
    if (best.length === apart && value <= itemAt(best, apart - 1).gain) break;
    const offer = intAt(offers, option);
    const each = tariff.perReplica(offer, pay);
    const gain = value - each * newcomers(entry, option, replicas);
    if (best.length === apart && gain <= itemAt(best, apart - 1).gain) continue;
    enter(best, intAt(domains, option), option, gain, apart);
  }
  if (best.length < apart) return 0;
  const share = evenShare(entry);
  let left = replicas - apart;
  let sum = 0;
  const counts = best.map(({ gain }) => {
    const here = 1 + Math.min(left, share - 1);
    left -= here - 1;
    sum += gain * here;
    return here;
  });
  const reduced = worth + sum / replicas;
  if (reduced <= 0) return 0;
  for (const [rank, { option }] of best.entries())
    addUse(entry, option, count * newcomers(entry, option, itemAt(counts, rank)), table, use);
  return reduced;
}

/** The best option of a domain. */
interface Stand {
  readonly domain: number;
  readonly option: number;
  readonly gain: number;
}

/** Keep the best of each of the best domains, the best of all first. Most that come are no better than what their domain has. */
function enter(best: Stand[], domain: number, option: number, gain: number, most: number): void {
  let at = best.findIndex((one) => one.domain === domain);
  if (at >= 0 && itemAt(best, at).gain >= gain) return;
  // A domain without a place takes the next one that is free, or that of the worst, which is known to be worse.
  if (at < 0) at = Math.min(best.length, most - 1);
  for (; at > 0 && itemAt(best, at - 1).gain < gain; at--) best[at] = itemAt(best, at - 1);
  best[at] = { domain, option, gain };
}

function addUse(entry: Entry, option: number, anew: number, table: Table, use: Float64Array): void {
  const offer = intAt(entry.options.offers, option);
  const end = intAt(table.starts, offer + 1);
  for (let at = intAt(table.starts, offer); at < end; at++) {
    const bound = intAt(table.bounds, at);
    use[bound] = floatAt(use, bound) + floatAt(table.amounts, at) * anew;
  }
  const cost = floatAt(table.microUsd, offer) * anew;
  for (const budget of entry.budgets) use[budget] = floatAt(use, budget) + cost;
}
