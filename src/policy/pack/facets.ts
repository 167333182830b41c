import type { Offer } from "../../domain/offer.ts";
import { intAt, itemAt } from "../at.ts";
import type { SeenOffer } from "../offer-rule.ts";
import { intsOf } from "./column-of.ts";
import type { NumberedSet } from "./distinct.ts";
import { type Domains, numberOf } from "./table.ts";

/** Offers by what they have in common: a number for each group, and one offer to stand for it. */
export interface Facet {
  readonly groupOf: Int32Array;
  readonly examples: readonly Offer[];
  /** Sets of offers made of some of the groups, by which these are. */
  readonly sets: Map<string, NumberedSet>;
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
    const { length } = this.#offers;
    const all: Domains = { count: Math.min(1, length), of: new Int32Array(length) };
    const groups = columns.reduce(crossed, all);
    return { groupOf: groups.of, examples: this.#firstOf(groups), sets: new Map() };
  }

  #firstOf({ of, count }: Domains): readonly Offer[] {
    const first = new Int32Array(count).fill(-1);
    for (let row = of.length - 1; row >= 0; row--) first[intAt(of, row)] = row;
    return Array.from(first, (row) => itemAt(this.#offers, row));
  }

  #column(field: keyof Offer): Domains {
    const known = this.#fields.get(field);
    if (known !== undefined) return known;
    const numbers = new Map<string, number>();
    const written = WRITTEN[field];
    // Offers of a place often share the very object; then there is no text to make.
    const seen = new Map<unknown, number>();
    const of = intsOf(this.#offers, (offer) => {
      if (written !== undefined) return numberOf(numbers, written(offer));
      const known = seen.get(offer[field]);
      if (known !== undefined) return known;
      const number = numberOf(numbers, JSON.stringify(offer[field]) ?? "");
      seen.set(offer[field], number);
      return number;
    });
    const column = { of, count: numbers.size };
    this.#fields.set(field, column);
    return column;
  }
}

/** Rows told apart by both of two columns. */
function crossed(a: Domains, b: Domains): Domains {
  if (a.count <= 1) return b;
  if (b.count <= 1) return a;
  const numbers = new Map<number, number>();
  const of = new Int32Array(a.of.length);
  for (let row = 0; row < of.length; row++)
    of[row] = numberOf(numbers, intAt(a.of, row) * b.count + intAt(b.of, row));
  return { of, count: numbers.size };
}

/** What rules see of fields that each offer has for itself, as texts that are equal for equal values. */
const WRITTEN: { readonly [Field in keyof Offer]?: (offer: SeenOffer) => string } = {
  shape: ({ shape: { arch } }) => arch,
  path: ({ path: { transport, reach, bypassable } }) => `${transport}\n${reach}\n${bypassable}`,
  billing: ({ billing }) => billing,
  fidelity: ({ fidelity }) =>
    fidelity.map(({ field, level, message }) => `${field}\n${level}\n${message}`).join("\n\n"),
  impossible: ({ impossible }) => (impossible.length === 0 ? "" : JSON.stringify(impossible)),
};
