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
    const parts = PARTS[field];
    const made =
      parts === undefined
        ? this.#byText(field)
        : parts.map((part) => numbered(this.#offers, part)).reduce(crossed);
    this.#fields.set(field, made);
    return made;
  }

  #byText(field: keyof Offer): Domains {
    const numbers = new Map<string, number>();
    // Offers of a place often share the very object; then there is no text to make.
    const seen = new Map<unknown, number>();
    const of = intsOf(this.#offers, (offer) => {
      const known = seen.get(offer[field]);
      if (known !== undefined) return known;
      const number = numberOf(numbers, JSON.stringify(offer[field]) ?? "");
      seen.set(offer[field], number);
      return number;
    });
    return { of, count: numbers.size };
  }
}

function numbered(offers: readonly Offer[], part: Part): Domains {
  const numbers = new Map<string | boolean, number>();
  const of = intsOf(offers, (offer) => numberOf(numbers, part(offer)));
  return { of, count: numbers.size };
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

/** Something that an offer says, equal for equal values. */
type Part = (offer: SeenOffer) => string | boolean;

/** What rules see of fields that each offer has for itself, part by part: each is a word that is there already, and no text has to be made. */
const PARTS: { readonly [Field in keyof Offer]?: readonly [Part, ...Part[]] } = {
  shape: [({ shape }) => shape.arch],
  path: [({ path }) => path.transport, ({ path }) => path.reach, ({ path }) => path.bypassable],
  billing: [({ billing }) => billing],
  fidelity: [({ fidelity }) => wordsOf(fidelity)],
  impossible: [({ impossible }) => (impossible.length === 0 ? "" : JSON.stringify(impossible))],
};

function wordsOf(fidelity: Offer["fidelity"]): string {
  let words = "";
  for (const { field, level, message } of fidelity) words += `${field}\n${level}\n${message}\n\n`;
  return words;
}
