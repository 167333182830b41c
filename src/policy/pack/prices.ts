import { floatAt, intAt } from "../at.ts";
import type { Entry } from "./entry.ts";
import type { Table } from "./table.ts";
import type { Tariff } from "./tariff.ts";

/** Prices of the scarce bounds that rise with all that is taken and fall as time goes by. What is not scarce is free. */
export class Prices implements Tariff {
  readonly #microUsd: Float64Array;
  /** What share of a bound one unit is. */
  readonly #unit: Float64Array;
  /** What a replica draws of scarce bounds, as shares of them: row `o` has `starts[o]` to `starts[o + 1]`. */
  readonly #starts: Int32Array;
  readonly #bounds: Int32Array;
  readonly #shares: Float64Array;
  /** What the whole capacity of each would cost if no price had ever fallen: time then touches a single number. */
  readonly #heights: Float64Array;
  #fallen = 0;
  #raise = 0;
  #fall = 0;

  constructor({ capacity, starts, bounds, amounts, microUsd }: Table, scarce: Uint8Array) {
    this.#microUsd = microUsd;
    this.#unit = capacity.map((whole, bound) => (scarce[bound] === 1 ? 1 / Math.max(1, whole) : 0));
    this.#heights = new Float64Array(capacity.length);
    this.#starts = new Int32Array(starts.length);
    this.#bounds = new Int32Array(bounds.length);
    this.#shares = new Float64Array(bounds.length);
    let count = 0;
    for (let offer = 0; offer + 1 < starts.length; offer++) {
      const end = intAt(starts, offer + 1);
      for (let at = intAt(starts, offer); at < end; at++) {
        const bound = intAt(bounds, at);
        if (scarce[bound] !== 1) continue;
        this.#bounds[count] = bound;
        this.#shares[count++] = floatAt(amounts, at) * floatAt(this.#unit, bound);
      }
      this.#starts[offer + 1] = count;
    }
  }

  /** From now on a price rises by `raise` for the whole capacity, and falls by as much in `turns`. */
  step(raise: number, turns: number): void {
    this.#raise = raise;
    this.#fall = raise / Math.max(1, turns);
  }

  /** So many turns go by. */
  pass(turns: number): void {
    this.#fallen += this.#fall * turns;
  }

  /** Replicas of an entry are taken at an offer, which makes it dearer. */
  take({ budgets }: Entry, offer: number, replicas: number): void {
    const raise = this.#raise * replicas;
    const end = intAt(this.#starts, offer + 1);
    for (let at = intAt(this.#starts, offer); at < end; at++)
      this.#rise(intAt(this.#bounds, at), raise * floatAt(this.#shares, at));
    const cost = floatAt(this.#microUsd, offer);
    for (const budget of budgets) this.#rise(budget, raise * cost * floatAt(this.#unit, budget));
  }

  perMicroUsd({ budgets }: Entry): number {
    let sum = 0;
    for (const budget of budgets) {
      const price = floatAt(this.#heights, budget) - this.#fallen;
      if (price > 0) sum += price * floatAt(this.#unit, budget);
    }
    return sum;
  }

  perReplica(offer: number, perMicroUsd: number): number {
    let sum = perMicroUsd * floatAt(this.#microUsd, offer);
    const end = intAt(this.#starts, offer + 1);
    for (let at = intAt(this.#starts, offer); at < end; at++) {
      const price = floatAt(this.#heights, intAt(this.#bounds, at)) - this.#fallen;
      if (price > 0) sum += price * floatAt(this.#shares, at);
    }
    return sum;
  }

  /** What the whole capacity of each bound costs now. */
  whole(): Float64Array {
    return this.#heights.map((height) => Math.max(0, height - this.#fallen));
  }

  /** Everything costs so many times as much. */
  raiseAll(times: number): void {
    for (let bound = 0; bound < this.#heights.length; bound++)
      this.#rise(bound, (times - 1) * Math.max(0, floatAt(this.#heights, bound) - this.#fallen));
  }

  #rise(bound: number, by: number): void {
    this.#heights[bound] = Math.max(floatAt(this.#heights, bound), this.#fallen) + by;
  }
}
