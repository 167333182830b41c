import { floatAt, intAt } from "../at.ts";
import { type Entry, newcomers } from "./entry.ts";
import type { Table } from "./table.ts";

/** What room costs whoever takes it. No price is below nothing. */
export interface Tariff {
  /** What a millionth of a USD costs an entry, by its budgets. */
  readonly perMicroUsd: (entry: Entry) => number;
  /** What one replica at an offer costs, where a millionth of a USD costs so much. */
  readonly perReplica: (offer: number, perMicroUsd: number) => number;
}

/** What some replicas of an entry at an option cost. */
export function costOf(tariff: Tariff, entry: Entry, option: number, replicas: number): number {
  const offer = intAt(entry.options.offers, option);
  return tariff.perReplica(offer, tariff.perMicroUsd(entry)) * newcomers(entry, option, replicas);
}

/** Prices of one unit of each bound that stay as they are. */
export class UnitTariff implements Tariff {
  readonly #offers: Float64Array;
  readonly #microUsd: Float64Array;
  readonly #units: Float64Array;

  constructor({ offers, starts, bounds, amounts, microUsd }: Table, units: Float64Array) {
    this.#microUsd = microUsd;
    this.#units = units;
    this.#offers = new Float64Array(offers.length);
    for (let offer = 0; offer < this.#offers.length; offer++) {
      let sum = 0;
      const end = intAt(starts, offer + 1);
      for (let at = intAt(starts, offer); at < end; at++)
        sum += floatAt(units, intAt(bounds, at)) * floatAt(amounts, at);
      this.#offers[offer] = sum;
    }
  }

  perMicroUsd({ budgets }: Entry): number {
    let sum = 0;
    for (const budget of budgets) sum += floatAt(this.#units, budget);
    return sum;
  }

  perReplica(offer: number, perMicroUsd: number): number {
    return floatAt(this.#offers, offer) + perMicroUsd * floatAt(this.#microUsd, offer);
  }
}
