import { intAt } from "../at.ts";
import type { Bits } from "./bits.ts";

/** A set, and the number that all sets equal to it have. */
export interface NumberedSet {
  readonly bits: Bits;
  readonly number: number;
}

/** Sets of one size, each kept once: of those that are equal the first stands for all. */
export class DistinctSets {
  readonly #byHash = new Map<number, NumberedSet[]>();
  #count = 0;

  /** The set that stands for this one. */
  of(bits: Bits): NumberedSet {
    const hash = hashOf(bits);
    const alike = this.#byHash.get(hash);
    const known = alike?.find((one) => areEqual(one.bits, bits));
    if (known !== undefined) return known;
    const made = { bits, number: this.#count++ };
    if (alike === undefined) this.#byHash.set(hash, [made]);
    else alike.push(made);
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
