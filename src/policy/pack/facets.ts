import type { Offer } from "../../domain/offer.ts";
import { intAt } from "../at.ts";
import { type Domains, numberOf } from "./table.ts";

/** Offers by what they have in common: a number for each group, and one offer to stand for it. */
export interface Facet {
  readonly groupOf: Int32Array;
  readonly examples: readonly Offer[];
}

/** Offers grouped by some of their fields: those of one group are equal in each of these. */
export class Facets {
  readonly #offers: readonly Offer[];
  readonly #fields = new Map<keyof Offer, Domains>();
  readonly #facets = new Map<string, Facet>();

  constructor(offers: readonly Offer[]) {
    this.#offers = offers;
  }

  by(fields: readonly (keyof Offer)[]): Facet {
    const name = fields.join();
    const known = this.#facets.get(name);
    if (known !== undefined) return known;
    const made = this.#group(fields);
    this.#facets.set(name, made);
    return made;
  }

  #group(fields: readonly (keyof Offer)[]): Facet {
    const columns = fields.map((field) => this.#column(field));
    const numbers = new Map<number, number>();
    const examples: Offer[] = [];
    const groupOf = new Int32Array(this.#offers.length);
    for (const [row, offer] of this.#offers.entries()) {
      // Digits of a number, each column in the base of how many values it has.
      let key = 0;
      for (const { of, count } of columns) key = key * count + intAt(of, row);
      let group = numbers.get(key);
      if (group === undefined) {
        group = examples.push(offer) - 1;
        numbers.set(key, group);
      }
      groupOf[row] = group;
    }
    return { groupOf, examples };
  }

  #column(field: keyof Offer): Domains {
    const known = this.#fields.get(field);
    if (known !== undefined) return known;
    const numbers = new Map<string, number>();
    // Offers often share the very object; then there is no text to make.
    const seen = new Map<unknown, number>();
    const of = new Int32Array(this.#offers.length);
    for (const [row, offer] of this.#offers.entries()) {
      const value = offer[field];
      const number = seen.get(value) ?? numberOf(numbers, textOf(offer, field));
      seen.set(value, number);
      of[row] = number;
    }
    const column = { of, count: numbers.size };
    this.#fields.set(field, column);
    return column;
  }
}

/** A field as a text that is equal for equal values. The common ones are written out: thousands of offers have them. */
function textOf(offer: Offer, field: keyof Offer): string {
  const written = WRITTEN[field];
  return written === undefined ? (JSON.stringify(offer[field]) ?? "") : written(offer);
}

const WRITTEN: { readonly [Field in keyof Offer]?: (offer: Offer) => string } = {
  place: ({ place: { provider, target = "", region, host = "" } }) =>
    `${provider}\n${target}\n${region}\n${host}`,
  shape: ({ shape: { milliCpu, memoryMiB, ephemeralStorageGiB, arch } }) =>
    `${milliCpu}\n${memoryMiB}\n${ephemeralStorageGiB}\n${arch}`,
  path: ({ path: { transport, reach, bypassable } }) => `${transport}\n${reach}\n${bypassable}`,
  billing: ({ billing }) => billing,
  jurisdictions: ({ jurisdictions }) => jurisdictions.join("\n"),
  fidelity: ({ fidelity }) => (fidelity.length === 0 ? "" : JSON.stringify(fidelity)),
  impossible: ({ impossible }) => (impossible.length === 0 ? "" : JSON.stringify(impossible)),
};
