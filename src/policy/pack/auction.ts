import { floatAt, intAt, itemAt } from "../at.ts";
import type { Entry } from "./entry.ts";
import type { Group } from "./groups.ts";
import type { Table } from "./table.ts";

export interface Auction {
  readonly groups: readonly Group[];
  readonly table: Table;
  /** What it is worth to place a workload at all, beside its value. */
  readonly worth: number;
  /** What the workloads lose in sum because not all can have the best: about what all prices together come to. */
  readonly loss: number;
}

/** Times every workload asks. */
const ROUNDS = 4;
/** Times that a group asks in a round, each for a share of its members. */
const MAX_BATCHES = 10;
/** Asking for all of a bound raises its price by this share of what the prices come to on average. */
const RAISE = 0.3;
/** Visits workloads far from each other in order one after the other: neighbours often want the same. */
const GOLDEN = 0.618_033_988_749_895;

/**
 * Prices of the whole capacity of each bound, near those of the Lagrangian relaxation: the workloads ask one after the other for what is
 * best at the prices of the moment; what is taken gets dearer, and what nobody asks for cheaper, by smaller steps each round. A stochastic
 * subgradient method; a few rounds of it do what hundreds of steps over all workloads do.
 */
export function auction({ groups, table, worth, loss }: Auction): Float64Array {
  const prices = new Prices(table);
  const asking = groups.flatMap(batches);
  const count = asking.length;
  const members = groups.reduce((sum, group) => sum + group.count, 0);
  const stride = coprimeTo(count, Math.max(1, Math.round(count * GOLDEN)));
  const first = (RAISE * loss) / Math.max(1, table.capacity.length);
  for (let round = 0; round < ROUNDS; round++) {
    prices.step(first / (1 + round), members);
    for (let turn = 0, at = 0; turn < count; turn++, at = (at + stride) % count)
      ask(itemAt(asking, at), prices, worth);
    prices.settle();
  }
  return prices.whole;
}

function ask({ entry, count }: Group, prices: Prices, worth: number): void {
  const { offers, values } = entry.options;
  let best = 0;
  let chosen = -1;
  for (let option = 0; option < offers.length; option++) {
    const gain = worth + floatAt(values, option);
    if (gain <= best) break;
    const left = gain - prices.of(entry, intAt(offers, option)) * entry.replicas;
    if (left <= best) continue;
    best = left;
    chosen = intAt(offers, option);
  }
  prices.pass(count);
  if (chosen >= 0) prices.take(entry, chosen, count);
}

/** Those that are alike ask a few at a time: all at once would want the same, one by one would take long. */
function batches({ entry, count }: Group): readonly Group[] {
  const batch = Math.ceil(count / MAX_BATCHES);
  return Array.from({ length: Math.ceil(count / batch) }, (_, at) => ({
    entry,
    count: Math.min(batch, count - at * batch),
  }));
}

/** Prices that fall as time goes by, each looked at only when somebody asks. */
class Prices {
  readonly whole: Float64Array;
  readonly #table: Table;
  readonly #last: Float64Array;
  /** What share of a bound one unit is, and one replica's draw of it. */
  readonly #unit: Float64Array;
  readonly #shares: Float64Array;
  #clock = 0;
  #raise = 0;
  #fall = 0;

  constructor(table: Table) {
    this.#table = table;
    this.whole = new Float64Array(table.capacity.length);
    this.#last = new Float64Array(table.capacity.length);
    this.#unit = table.capacity.map((whole) => 1 / Math.max(1, whole));
    this.#shares = table.amounts.map((amount, at) => amount * floatAt(this.#unit, intAt(table.bounds, at)));
  }

  /** A price rises by `raise` for the whole capacity, and falls by as much in `turns`. */
  step(raise: number, turns: number): void {
    this.#raise = raise;
    this.#fall = raise / Math.max(1, turns);
  }

  /** So many turns go by. */
  pass(turns: number): void {
    this.#clock += turns;
  }

  /** What one replica of an entry at an offer costs now. */
  of({ budgets }: Entry, offer: number): number {
    const { starts, bounds, microUsd } = this.#table;
    let sum = 0;
    const end = intAt(starts, offer + 1);
    for (let at = intAt(starts, offer); at < end; at++)
      sum += this.#now(intAt(bounds, at)) * floatAt(this.#shares, at);
    for (const budget of budgets)
      sum += this.#now(budget) * floatAt(microUsd, offer) * floatAt(this.#unit, budget);
    return sum;
  }

  take({ budgets, replicas }: Entry, offer: number, count: number): void {
    const { starts, bounds, microUsd } = this.#table;
    const raise = this.#raise * replicas * count;
    const end = intAt(starts, offer + 1);
    for (let at = intAt(starts, offer); at < end; at++) {
      const bound = intAt(bounds, at);
      this.whole[bound] = this.#now(bound) + raise * floatAt(this.#shares, at);
    }
    for (const budget of budgets)
      this.whole[budget] = this.#now(budget) + raise * floatAt(microUsd, offer) * floatAt(this.#unit, budget);
  }

  /** Bring all prices up to date. */
  settle(): void {
    for (const bound of this.whole.keys()) this.#now(bound);
  }

  #now(bound: number): number {
    const idle = this.#clock - floatAt(this.#last, bound);
    const price = floatAt(this.whole, bound);
    if (idle === 0 || price === 0) {
      this.#last[bound] = this.#clock;
      return price;
    }
    const fallen = Math.max(0, price - this.#fall * idle);
    this.whole[bound] = fallen;
    this.#last[bound] = this.#clock;
    return fallen;
  }
}

function coprimeTo(count: number, near: number): number {
  let stride = near;
  while (divisor(stride, count) !== 1) stride += 1;
  return stride;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
