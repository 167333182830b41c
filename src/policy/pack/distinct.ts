import { intAt } from "../at.ts";
import { allBits, type Bits, intersect } from "./bits.ts";

/** A set, and the number that all sets equal to it have. */
export interface NumberedSet {
  readonly bits: Bits;
  readonly number: number;
  /** What it has in common with others, by their numbers, as far as somebody asked. */
  shared?: Map<number, NumberedSet>;
}

/** Sets of numbers below a size, each kept once: of those that are equal the first stands for all. */
export class DistinctSets {
  /** Every number. */
  readonly all: NumberedSet;
  readonly #byHash = new Map<number, NumberedSet[]>();
  #count = 0;

  constructor(size: number) {
    this.all = this.of(allBits(size));
  }

  /** The set that stands for this one. */
  of(bits: Bits): NumberedSet {
    const hash = hashOf(bits);
    const alike = this.#byHash.get(hash);
    const known = alike?.find((one) => areEqual(one.bits, bits));
    if (known !== undefined) return known;
    const made: NumberedSet = { bits, number: this.#count++ };
    if (alike === undefined) this.#byHash.set(hash, [made]);
    else alike.push(made);
    return made;
  }

  /** What two sets have in common. Thousands of questions come down to a few hundred pairs. */
  both(one: NumberedSet, other: NumberedSet): NumberedSet {
    if (one === other || other === this.all) return one;
    if (one === this.all) return other;
    // Most sets are where a question ends, and are asked nothing more.
    const shared = (one.shared ??= new Map());
    const known = shared.get(other.number);
    if (known !== undefined) return known;
    const bits = one.bits.slice();
    intersect(bits, other.bits);
    const made = this.of(bits);
    shared.set(other.number, made);
    return made;
  }
}

const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

// FNV-1a by words (Fowler, Noll and Vo): only equal sets are taken for equal, so a collision costs no more than a comparison.
function hashOf(bits: Bits): number {
  let hash = FNV_OFFSET;
  for (let word = 0; word < bits.length; word++) hash = Math.imul(hash ^ intAt(bits, word), FNV_PRIME);
  return hash;
}

function areEqual(a: Bits, b: Bits): boolean {
  for (let word = 0; word < a.length; word++) if (intAt(a, word) !== intAt(b, word)) return false;
  return true;
}
