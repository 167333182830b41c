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
    const end = starts[offer + 1] ?? 0;
    for (let at = starts[offer] ?? 0; at < end; at++) {
      const left = free[bounds[at] ?? 0] ?? 0;
      const each = amounts[at] ?? 0;
      if (left < each * least) least = Math.floor(left / each);
    }
    const cost = microUsd[offer] ?? 0;
    for (const budget of entry.budgets) {
      const left = free[budget] ?? 0;
      if (left < cost * least) least = Math.floor(left / cost);
    }
    return least;
  }

  /** The most replicas that the bounds of an offer leave room for, budgets aside; undefined when it draws from none. */
  open(offer: number): number | undefined {
    const { starts, bounds, amounts } = this.#table;
    let least: number | undefined;
    for (let at = starts[offer] ?? 0; at < (starts[offer + 1] ?? 0); at++) {
      const here = Math.floor((this.free[bounds[at] ?? 0] ?? 0) / (amounts[at] ?? 1));
      least = Math.min(least ?? here, here);
    }
    return least;
  }

  /** Take the room of some replicas, or with a negative number give it back. */
  take(entry: Entry, offer: number, replicas: number): void {
    const { starts, bounds, amounts, microUsd } = this.#table;
    const { free } = this;
    const end = starts[offer + 1] ?? 0;
    for (let at = starts[offer] ?? 0; at < end; at++) {
      const bound = bounds[at] ?? 0;
      free[bound] = (free[bound] ?? 0) - (amounts[at] ?? 0) * replicas;
    }
    const cost = microUsd[offer] ?? 0;
    for (const budget of entry.budgets) free[budget] = (free[budget] ?? 0) - cost * replicas;
  }
}
