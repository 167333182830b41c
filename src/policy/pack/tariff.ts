import { floatAt, intAt } from "../at.ts";
import { type Entry, newcomers, type Options } from "./entry.ts";
import type { Table } from "./table.ts";

/** An entry's options by what they are worth after a tariff, best first. */
export type Ranking = readonly { readonly option: number; readonly gain: number }[];

/** What one replica at each offer costs at some prices of one unit of each bound; a workload's budgets come on top. */
export class Tariff {
  readonly offers: Float64Array;
  readonly #table: Table;
  readonly #units: Float64Array;
  readonly #rankings = new Map<Options, Map<number, Ranking>>();

  constructor(table: Table, units: Float64Array) {
    const { starts, bounds, amounts } = table;
    this.#table = table;
    this.#units = units;
    this.offers = new Float64Array(table.offers.length);
    for (let offer = 0; offer < this.offers.length; offer++) {
      let sum = 0;
      const end = intAt(starts, offer + 1);
      for (let at = intAt(starts, offer); at < end; at++)
        sum += floatAt(units, intAt(bounds, at)) * floatAt(amounts, at);
      this.offers[offer] = sum;
    }
  }

  /** What a millionth of a USD costs an entry, by its budgets. */
  perMicroUsd({ budgets }: Entry): number {
    let sum = 0;
    for (const budget of budgets) sum += floatAt(this.#units, budget);
    return sum;
  }

  /** What some replicas of an entry at an option cost. */
  costOf(entry: Entry, option: number, replicas: number): number {
    const offer = intAt(entry.options.offers, option);
    const each = floatAt(this.offers, offer) + this.perMicroUsd(entry) * floatAt(this.#table.microUsd, offer);
    return each * newcomers(entry, option, replicas);
  }

  /** The options of an entry with all replicas at each; equal ones in their order. Those that are alike are ranked once. */
  ranking(entry: Entry): Ranking {
    const { options } = entry;
    const known = this.#rankings.get(options);
    const same = known ?? new Map<number, Ranking>();
    if (known === undefined) this.#rankings.set(options, same);
    const pay = this.perMicroUsd(entry);
    const ranked = same.get(pay) ?? this.#rank(entry);
    same.set(pay, ranked);
    return ranked;
  }

  #rank(entry: Entry): Ranking {
    const gains = Array.from(entry.options.values, (value, option) => ({
      option,
      gain: value - this.costOf(entry, option, entry.replicas),
    }));
    return gains.sort((a, b) => b.gain - a.gain || a.option - b.option);
  }
}
