import { floatAt, intAt } from "../at.ts";
import type { Entry } from "./entry.ts";
import type { Table } from "./table.ts";

/** What is left of every bound while workloads are placed. All amounts are whole numbers, so nothing is lost to rounding. */
export class Room {
  readonly free: Float64Array;
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
    this.free = Float64Array.from(table.capacity);
  }

  /** How many more replicas of an entry an offer can take, at most `wanted`. */
  fits(entry: Entry, offer: number, wanted: number): number {
    const { starts, bounds, amounts, microUsd } = this.#table;
    const { free } = this;
    let least = wanted;
    const end = intAt(starts, offer + 1);
    for (let at = intAt(starts, offer); at < end; at++) {
      const left = floatAt(free, intAt(bounds, at));
      const each = floatAt(amounts, at);
      if (left < each * least) least = Math.floor(left / each);
    }
    const cost = floatAt(microUsd, offer);
    for (const budget of entry.budgets) {
      const left = floatAt(free, budget);
      if (left < cost * least) least = Math.floor(left / cost);
    }
    return least;
  }

  /** Whether so many more replicas of an entry find room at an offer. */
  has({ budgets }: Entry, offer: number, replicas: number): boolean {
    if (!this.isOpen(offer, replicas)) return false;
    const { microUsd } = this.#table;
    for (const budget of budgets)
      if (floatAt(this.free, budget) < floatAt(microUsd, offer) * replicas) return false;
    return true;
  }

  /** Whether the bounds of an offer leave room for so many more replicas, budgets aside. */
  isOpen(offer: number, replicas: number): boolean {
    const { starts, bounds, amounts } = this.#table;
    const { free } = this;
    const end = intAt(starts, offer + 1);
    for (let at = intAt(starts, offer); at < end; at++)
      if (floatAt(free, intAt(bounds, at)) < floatAt(amounts, at) * replicas) return false;
    return true;
  }

  /** The most replicas that the bounds of an offer leave room for, budgets aside; undefined when it draws from none. */
  open(offer: number): number | undefined {
    const { starts, bounds, amounts } = this.#table;
    let least: number | undefined;
    for (let at = intAt(starts, offer); at < intAt(starts, offer + 1); at++) {
      const here = Math.floor(floatAt(this.free, intAt(bounds, at)) / floatAt(amounts, at));
      least = Math.min(least ?? here, here);
    }
    return least;
  }

  /** Take the room of some replicas, or with a negative number give it back. */
  take(entry: Entry, offer: number, replicas: number): void {
    const { starts, bounds, amounts, microUsd } = this.#table;
    const { free } = this;
    const end = intAt(starts, offer + 1);
    for (let at = intAt(starts, offer); at < end; at++) {
      const bound = intAt(bounds, at);
      free[bound] = floatAt(free, bound) - floatAt(amounts, at) * replicas;
    }
    const cost = floatAt(microUsd, offer);
    for (const budget of entry.budgets) free[budget] = floatAt(free, budget) - cost * replicas;
  }
}
