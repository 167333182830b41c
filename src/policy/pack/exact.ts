import { floatAt, intAt, itemAt } from "../at.ts";
import { type Alternative, alternativesOf } from "./alternatives.ts";
import { ascend } from "./ascend.ts";
import { type Entry, leastValue, type Part } from "./entry.ts";
import type { Room } from "./room.ts";
import type { Table } from "./table.ts";

/** The most workloads whose best packing is searched for and proven. */
export const MAX_EXACT = 12;
/** Steps of the search after which it gives up, so that no question takes for ever. */
const MAX_STEPS = 2_000_000;
const ASCENT_ITERATIONS = 40;
/** Totals that differ by less are equal. */
const EQUAL = 1e-9;

/** The parts of each entry, in order; undefined for one that is left out. */
export type Assignment = readonly (readonly Part[] | undefined)[];

/** A packing, and what bounds any that places as many; the best there is needs no bound. */
export interface Solved {
  readonly parts: Assignment;
  readonly bound?: number | undefined;
}

/**
 * The best packing there is: as many placed as can be, first of the highest priority, and among those the highest total. Branch and bound,
 * with Lagrangian prices for bounds. Undefined when there are too many workloads, or the search is too long.
 */
export function packExactly(entries: readonly Entry[], room: Room, table: Table): Solved | undefined {
  const worth = placedWorth(entries);
  const levels: Level[] = [];
  for (const [at, entry] of entries.entries()) {
    const ways = alternativesOf(entry, room, table);
    if (ways === undefined) return undefined;
    levels.push({ ways, worth: itemAt(worth, at) });
  }
  const first = inOrder(levels, room.free);
  const { prices } = ascend({
    capacity: room.free,
    respond: (unitPrices, use) => respond(levels, unitPrices, use),
    known: gainOf(levels, first),
    iterations: ASCENT_ITERATIONS,
    near: 0,
  });
  return new Search(levels, room.free, prices).best(first);
}

interface Level {
  readonly ways: readonly Alternative[];
  /** What it is worth to place it at all. */
  readonly worth: number;
}

/**
 * What placing each workload is worth beside its total: more than all that could be gained by leaving it out, so that totals never decide
 * who is placed, and a workload is worth more than all of lower priority together. Values lie between `least` and 1.
 */
function placedWorth(entries: readonly Entry[]): readonly number[] {
  const least = Math.min(0, ...entries.map(leastValue));
  const span = (1 - least) * entries.length + 1;
  const worth = entries.map(() => 0);
  const byPriority = [...entries.keys()].sort(
    (a, b) => itemAt(entries, a).item.priority - itemAt(entries, b).item.priority,
  );
  let below = span;
  let level = span;
  let last: number | undefined;
  for (const at of byPriority) {
    const { priority } = itemAt(entries, at).item;
    if (priority !== last) level = below;
    worth[at] = level - least;
    below += itemAt(worth, at);
    last = priority;
  }
  return worth;
}

type Chosen = readonly (Alternative | undefined)[];

/** The first way of each that has room, in order: what the search begins with, and keeps where nothing is better. */
function inOrder(levels: readonly Level[], capacity: Float64Array): Chosen {
  const free = capacity.slice();
  return levels.map(({ ways }) => {
    const way = ways.find((one) => fits(one, free));
    if (way !== undefined) take(way, free, 1);
    return way;
  });
}

function gainOf(levels: readonly Level[], chosen: Chosen): number {
  let gain = 0;
  for (const [at, { worth }] of levels.entries()) {
    const way = chosen[at];
    if (way !== undefined) gain += worth + way.value;
  }
  return gain;
}

function fits(way: Alternative, free: Float64Array): boolean {
  for (let at = 0; at < way.bounds.length; at++)
    if (floatAt(free, intAt(way.bounds, at)) < floatAt(way.amounts, at)) return false;
  return true;
}

function take(way: Alternative, free: Float64Array, sign: 1 | -1): void {
  for (let at = 0; at < way.bounds.length; at++) {
    const bound = intAt(way.bounds, at);
    free[bound] = floatAt(free, bound) - sign * floatAt(way.amounts, at);
  }
}

function respond(levels: readonly Level[], unitPrices: Float64Array, use: Float64Array): number {
  let sum = 0;
  for (const { ways, worth } of levels) {
    let best = 0;
    let chosen: Alternative | undefined;
    for (const way of ways) {
      const reduced = worth + way.value - cost(way, unitPrices);
      if (reduced <= best) continue;
      best = reduced;
      chosen = way;
    }
    sum += best;
    if (chosen !== undefined) take(chosen, use, -1);
  }
  return sum;
}

function cost({ bounds, amounts }: Alternative, unitPrices: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < bounds.length; at++)
    sum += floatAt(unitPrices, intAt(bounds, at)) * floatAt(amounts, at);
  return sum;
}

/** A way with its price paid; `undefined` stands for leaving the workload out. */
interface Branch {
  readonly way: Alternative | undefined;
  readonly gain: number;
  readonly reduced: number;
}

class Search {
  readonly #levels: readonly Level[];
  readonly #branches: readonly (readonly Branch[])[];
  /** The most that the levels from here on can gain: at the prices, and without any bound. */
  readonly #pricedRest: Float64Array;
  readonly #openRest: Float64Array;
  readonly #free: Float64Array;
  readonly #chosen: (Alternative | undefined)[];
  #slack = 0;
  #line = 0;
  #best: Chosen = [];
  #steps = 0;

  constructor(levels: readonly Level[], free: Float64Array, prices: Float64Array) {
    this.#levels = levels;
    this.#free = free.slice();
    this.#chosen = levels.map(() => undefined);
    this.#branches = levels.map(({ ways, worth }) => branchesOf(ways, worth, prices));
    this.#pricedRest = suffix(this.#branches, ({ reduced }) => reduced);
    this.#openRest = suffix(this.#branches, ({ gain }) => gain);
    for (let at = 0; at < free.length; at++) this.#slack += floatAt(prices, at) * floatAt(free, at);
  }

  /** The best there is, beginning from one that is known; undefined when that took too long. */
  best(known: Chosen): Solved | undefined {
    this.#best = known;
    this.#line = gainOf(this.#levels, known) + EQUAL;
    this.#visit(0, 0);
    return this.#steps > MAX_STEPS ? undefined : { parts: this.#best.map((way) => way?.parts) };
  }

  #visit(depth: number, gained: number): void {
    const branches = this.#branches[depth];
    if (branches === undefined) {
      if (gained <= this.#line) return;
      this.#line = gained + EQUAL;
      this.#best = [...this.#chosen];
      return;
    }
    const pricedRest = floatAt(this.#pricedRest, depth + 1);
    const openRest = floatAt(this.#openRest, depth + 1);
    for (const { way, gain, reduced } of branches) {
      if (++this.#steps > MAX_STEPS) return;
      // Branches come by what they are worth at the prices: none further on can do better either.
      if (gained + reduced + pricedRest + this.#slack <= this.#line) return;
      if (gained + gain + openRest <= this.#line || (way !== undefined && !fits(way, this.#free))) continue;
      this.#chosen[depth] = way;
      this.#slack -= gain - reduced;
      if (way !== undefined) take(way, this.#free, 1);
      this.#visit(depth + 1, gained + gain);
      if (way !== undefined) take(way, this.#free, -1);
      this.#slack += gain - reduced;
    }
  }
}

function branchesOf(ways: readonly Alternative[], worth: number, prices: Float64Array): readonly Branch[] {
  const placed = ways.map((way) => {
    const gain = worth + way.value;
    return { way, gain, reduced: gain - cost(way, prices) };
  });
  // A stable sort: ways that are equal at the prices stay in their order.
  return [...placed, { way: undefined, gain: 0, reduced: 0 }].sort((a, b) => b.reduced - a.reduced);
}

function suffix(branches: readonly (readonly Branch[])[], of: (branch: Branch) => number): Float64Array {
  const rest = new Float64Array(branches.length + 1);
  for (const [at, level] of [...branches.entries()].reverse())
    rest[at] = level.reduce((high, branch) => Math.max(high, of(branch)), 0) + floatAt(rest, at + 1);
  return rest;
}
