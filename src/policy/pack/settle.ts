import { floatAt, intAt, itemAt } from "../at.ts";
import { limitOf } from "./alternatives.ts";
import { type Entry, evenShare, isTaken, newcomers, type Part, valueOf } from "./entry.ts";
import type { Room } from "./room.ts";
import type { Table } from "./table.ts";

/** What one replica at each offer costs at some prices of the bounds; a workload's budgets come on top. */
export interface Tariff {
  readonly offers: Float64Array;
  readonly units: Float64Array;
}

/** The tariff of some prices of one unit of each bound. */
export function tariffOf(table: Table, units: Float64Array): Tariff {
  const offers = new Float64Array(table.offers.length);
  for (let offer = 0; offer < offers.length; offer++) {
    let sum = 0;
    const end = intAt(table.starts, offer + 1);
    for (let at = intAt(table.starts, offer); at < end; at++)
      sum += floatAt(units, intAt(table.bounds, at)) * floatAt(table.amounts, at);
    offers[offer] = sum;
  }
  return { offers, units };
}

/** What some replicas of an entry at an option cost at a tariff. */
export function costOf(entry: Entry, option: number, replicas: number, tariff: Tariff, table: Table): number {
  const offer = intAt(entry.options.offers, option);
  const anew = newcomers(entry, option, replicas);
  let each = floatAt(tariff.offers, offer);
  for (const budget of entry.budgets) each += floatAt(tariff.units, budget) * floatAt(table.microUsd, offer);
  return each * anew;
}

/** The best way to place an entry in what room is left, after the tariff; undefined when there is none. Takes nothing. */
export function settle(
  entry: Entry,
  room: Room,
  table: Table,
  tariff: Tariff | undefined,
): readonly Part[] | undefined {
  return entry.apart > 1
    ? settleApart(entry, room, table, tariff)
    : settleTogether(entry, room, table, tariff);
}

/** Take the room of some parts, or with -1 give it back. */
export function occupy(entry: Entry, parts: readonly Part[], room: Room, sign: 1 | -1): void {
  for (const { option, replicas } of parts)
    room.take(entry, intAt(entry.options.offers, option), sign * newcomers(entry, option, replicas));
}

function settleTogether(
  entry: Entry,
  room: Room,
  table: Table,
  tariff: Tariff | undefined,
): readonly Part[] | undefined {
  const { offers, values, sites } = entry.options;
  const { replicas } = entry;
  let best: readonly Part[] | undefined;
  let bestGain = -Infinity;
  let single = -1;
  for (let option = 0; option < offers.length; option++) {
    const value = floatAt(values, option);
    // Options come best first, and no price is below nothing: none further on can do better.
    if (value <= bestGain) break;
    const gain = tariff === undefined ? value : value - costOf(entry, option, replicas, tariff, table);
    if (gain <= bestGain) continue;
    const limit = limitOf(entry, option, room);
    if (limit >= replicas) {
      single = option;
      bestGain = gain;
    } else if (limit > 0 && sites !== undefined) {
      const parts = splitAt(entry, option, room);
      const mixed = parts === undefined ? -Infinity : gainOf(entry, parts, table, tariff);
      if (mixed <= bestGain) continue;
      single = -1;
      best = parts;
      bestGain = mixed;
    }
  }
  return single < 0 ? best : [{ option: single, replicas }];
}

/** Fill the hosts of one site from this option on, best first; but whoever runs on one of them already stays. */
function splitAt(entry: Entry, first: number, room: Room): readonly Part[] | undefined {
  const { offers, sites, kept } = entry.options;
  const counts = new Map<number, number>();
  let left = entry.replicas;
  const give = (option: number, most: number): void => {
    const here = counts.get(option) ?? 0;
    const more = Math.min(left, most - here);
    if (more <= 0 || sites?.[option] !== sites?.[first] || isTaken(entry, counts.keys(), option)) return;
    counts.set(option, here + more);
    left -= more;
  };
  if (kept !== undefined)
    for (let option = first; option < offers.length; option++) give(option, intAt(kept, option));
  for (let option = first; option < offers.length; option++) give(option, limitOf(entry, option, room));
  const parts = [...counts].map(([option, replicas]) => ({ option, replicas }));
  return left === 0 && fitsTogether(entry, parts, room) ? parts : undefined;
}

/** One replica on each of the best domains, then as even as their room allows, then wherever there is room. */
function settleApart(
  entry: Entry,
  room: Room,
  table: Table,
  tariff: Tariff | undefined,
): readonly Part[] | undefined {
  const { options, replicas, apart } = entry;
  const counts = new Map<number, number>();
  const domains = new Map<number, number>();
  let left = replicas;
  const give = (option: number, most: number): void => {
    const here = counts.get(option) ?? 0;
    const more = Math.min(left, most, limitOf(entry, option, room) - here);
    if (more <= 0 || isTaken(entry, counts.keys(), option)) return;
    counts.set(option, here + more);
    const domain = intAt(options.domains, option);
    domains.set(domain, (domains.get(domain) ?? 0) + more);
    left -= more;
  };
  const order = byGain(entry, table, tariff);
  const inDomain = (option: number): number => domains.get(intAt(options.domains, option)) ?? 0;
  const { kept } = options;
  if (kept !== undefined) for (const option of atHome(entry, kept, order)) give(option, intAt(kept, option));
  for (const option of order) if (domains.size < apart && inDomain(option) === 0) give(option, 1);
  if (domains.size < apart) return undefined;
  const share = evenShare(entry);
  for (const option of order) if (inDomain(option) > 0) give(option, share - inDomain(option));
  for (const option of order) give(option, share - inDomain(option));
  for (const option of order) give(option, left);
  const parts = [...counts].map(([option, count]) => ({ option, replicas: count }));
  return left === 0 && fitsTogether(entry, parts, room) ? parts : undefined;
}

/** Options where replicas run now and nothing of their domain is better. */
function atHome(
  { options: { domains } }: Entry,
  kept: Int32Array,
  order: readonly number[],
): readonly number[] {
  const left = new Set<number>();
  return order.filter((option) => {
    const domain = intAt(domains, option);
    if (intAt(kept, option) > 0) return !left.has(domain);
    left.add(domain);
    return false;
  });
}

function byGain(entry: Entry, table: Table, tariff: Tariff | undefined): readonly number[] {
  const { values } = entry.options;
  const order = [...values.keys()];
  if (tariff === undefined) return order;
  const gains = order.map(
    (option) => floatAt(values, option) - costOf(entry, option, entry.replicas, tariff, table),
  );
  return order.sort((a, b) => itemAt(gains, b) - itemAt(gains, a) || a - b);
}

// Each part had room alone; together they may not, for they draw from one pool or are paid from one budget.
function fitsTogether(entry: Entry, parts: readonly Part[], room: Room): boolean {
  let fits = true;
  const taken: Part[] = [];
  for (const part of parts) {
    if (limitOf(entry, part.option, room) < part.replicas) fits = false;
    occupy(entry, [part], room, 1);
    taken.push(part);
  }
  for (const part of taken) occupy(entry, [part], room, -1);
  return fits;
}

function gainOf(entry: Entry, parts: readonly Part[], table: Table, tariff: Tariff | undefined): number {
  let gain = valueOf(entry, parts);
  if (tariff === undefined) return gain;
  for (const { option, replicas } of parts) gain -= costOf(entry, option, replicas, tariff, table);
  return gain;
}
