import { floatAt, intAt } from "../at.ts";
import { type Entry, newcomers } from "./entry.ts";
import type { Tariff } from "./tariff.ts";

/**
 * The options of an entry with all replicas at each, by what they are worth after a tariff, best first; equal ones in their order. Only
 * the first few are ever looked at, so each rank is found when somebody asks for it.
 */
export class Ranking {
  readonly length: number;
  readonly #order: Int32Array;
  readonly #gains: Float64Array;
  #known = 0;

  constructor(entry: Entry, tariff: Tariff | undefined) {
    const { offers, values } = entry.options;
    this.length = values.length;
    // Without a tariff they are in order as they are.
    this.#order = tariff === undefined ? IN_ORDER : new Int32Array(values.length);
    this.#gains = tariff === undefined ? values : new Float64Array(values.length);
    if (tariff === undefined) return;
    const pay = tariff.perMicroUsd(entry);
    for (let option = 0; option < values.length; option++) {
      const cost = tariff.perReplica(intAt(offers, option), pay) * newcomers(entry, option, entry.replicas);
      this.#gains[option] = floatAt(values, option) - cost;
      this.#order[option] = option;
    }
  }

  /** The option of a rank. */
  at(rank: number): number {
    if (this.#order === IN_ORDER) return rank;
    while (this.#known <= rank) this.#findNext();
    return intAt(this.#order, rank);
  }

  #findNext(): void {
    const next = this.#known++;
    let best = next;
    for (let at = next + 1; at < this.#order.length; at++) if (this.#isBefore(at, best)) best = at;
    const found = intAt(this.#order, best);
    this.#order[best] = intAt(this.#order, next);
    this.#order[next] = found;
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [intAt(this.#order, a), intAt(this.#order, b)];
    const more = floatAt(this.#gains, one) - floatAt(this.#gains, other);
    return more > 0 || (more === 0 && one < other);
  }
}

const IN_ORDER = new Int32Array(0);
