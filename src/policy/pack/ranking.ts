import { floatAt, intAt } from "../at.ts";
import type { Entry } from "./entry.ts";
import { costOf, type Tariff } from "./tariff.ts";

/**
 * The options of an entry with all replicas at each, by what they are worth after a tariff, best first; equal ones in their order. Only
 * the first few are ever looked at, so each rank is found when somebody asks for it.
 */
export class Ranking {
  readonly #order: Int32Array;
  readonly #gains: Float64Array;
  #known: number;

  constructor(entry: Entry, tariff: Tariff | undefined) {
    const { values } = entry.options;
    this.#order = new Int32Array(values.length);
    for (let option = 0; option < values.length; option++) this.#order[option] = option;
    this.#known = tariff === undefined ? values.length : 0;
    this.#gains =
      tariff === undefined
        ? values
        : values.map((value, option) => value - costOf(tariff, entry, option, entry.replicas));
  }

  get length(): number {
    return this.#order.length;
  }

  /** The option of a rank. */
  at(rank: number): number {
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
