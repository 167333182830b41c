import { floatAt, intAt, itemAt } from "../at.ts";
import { type Entry, newcomers } from "./entry.ts";
import type { Tariff } from "./tariff.ts";

/**
 * The options of an entry with all replicas at each, by what they are worth after a tariff, best first; equal ones in their order. Only
 * the first few are ever looked at, so each rank is found when somebody asks for it, and no option is priced before it could be next.
 */
export class Ranking {
  readonly length: number;
  readonly #entry: Entry;
  readonly #tariff: Tariff | undefined;
  readonly #perMicroUsd: number;
  /** Of the options that are priced, which are always the first: those that are ranked, by rank, and then the others. */
  readonly #order: number[] = [];
  readonly #gains: number[] = [];
  #ranked = 0;

  constructor(entry: Entry, tariff: Tariff | undefined) {
    this.length = entry.options.values.length;
    this.#entry = entry;
    this.#tariff = tariff;
    this.#perMicroUsd = tariff === undefined ? 0 : tariff.perMicroUsd(entry);
  }

  /** The option of a rank. */
  at(rank: number): number {
    // Without a tariff they are in order as they are.
    if (this.#tariff === undefined) return rank;
    while (this.#ranked <= rank) this.#findNext(this.#tariff);
    return itemAt(this.#order, rank);
  }

  #findNext(tariff: Tariff): void {
    const order = this.#order;
    const next = this.#ranked++;
    if (next === order.length) this.#price(tariff);
    let best = next;
    for (let at = next + 1; at < order.length || this.#mayPass(itemAt(order, best)); at++) {
      if (at === order.length) this.#price(tariff);
      if (this.#isBefore(at, best)) best = at;
    }
    const found = itemAt(order, best);
    order[best] = itemAt(order, next);
    order[next] = found;
  }

  /** Whether the next option without a price could be worth more than one with: no price is below nothing. */
  #mayPass(option: number): boolean {
    const next = this.#gains.length;
    return next < this.length && floatAt(this.#entry.options.values, next) > itemAt(this.#gains, option);
  }

  #price(tariff: Tariff): void {
    const { options, replicas } = this.#entry;
    const option = this.#gains.length;
    const each = tariff.perReplica(intAt(options.offers, option), this.#perMicroUsd);
    this.#gains.push(floatAt(options.values, option) - each * newcomers(this.#entry, option, replicas));
    this.#order.push(option);
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [itemAt(this.#order, a), itemAt(this.#order, b)];
    const more = itemAt(this.#gains, one) - itemAt(this.#gains, other);
    return more > 0 || (more === 0 && one < other);
  }
}
