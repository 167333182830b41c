import { intAt } from "../at.ts";

/** A set of small numbers, 32 to a word. Words have signs: engines keep numbers beyond 31 bits elsewhere. */
export type Bits = Int32Array<ArrayBuffer>;

const WORD = 5;
const LOW = 31;

/** An empty set of numbers below `size`. */
export function noBits(size: number): Bits {
  return new Int32Array((size + LOW) >>> WORD);
}

/** Every number below `size`. */
export function allBits(size: number): Bits {
  const bits = noBits(size).fill(-1);
  const rest = size & LOW;
  if (rest !== 0) bits[bits.length - 1] = 2 ** rest - 1;
  return bits;
}

/** Put a number into a set. */
export function setBit(bits: Bits, at: number): void {
  bits[at >>> WORD] = intAt(bits, at >>> WORD) | (1 << (at & LOW));
}

/** The numbers below `size` of which something holds. */
export function bitsWhere(size: number, holds: (at: number) => boolean): Bits {
  const bits = noBits(size);
  for (let at = 0; at < size; at++) if (holds(at)) setBit(bits, at);
  return bits;
}

/** The numbers whose group is among those that stand: 1 in `stands` at its place. Word by word, since this is asked of every rule. */
export function bitsOfGroups(groupOf: Int32Array, stands: Int32Array): Bits {
  const bits = noBits(groupOf.length);
  for (let at = 0; at < groupOf.length;) {
    let word = 0;
    const end = Math.min(groupOf.length, at + LOW + 1);
    for (let bit = 0; at < end; at++, bit++) word |= intAt(stands, intAt(groupOf, at)) << bit;
    bits[(at - 1) >>> WORD] = word;
  }
  return bits;
}

/** Keep of a set only what is in the other, too. */
export function intersect(bits: Bits, other: Bits): void {
  for (let word = 0; word < bits.length; word++) bits[word] = intAt(bits, word) & intAt(other, word);
}

/** Put all of another set into a set. */
export function unite(bits: Bits, other: Bits): void {
  for (let word = 0; word < bits.length; word++) bits[word] = intAt(bits, word) | intAt(other, word);
}

/** The smallest number of a word that is not empty. */
export function lowestOf(word: number, bits: number): number {
  return (word << WORD) + LOW - Math.clz32(bits & -bits);
}

/** The last word in which two sets have something in common; -1 where they have nothing. */
export function lastWordOfBoth(one: Bits, other: Bits): number {
  let word = one.length - 1;
  while (word >= 0 && (intAt(one, word) & intAt(other, word)) === 0) word -= 1;
  return word;
}

/** How many numbers are in a set: pairs, fours and bytes of each word are added up side by side. */
export function countBits(bits: Bits): number {
  let count = 0;
  for (let at = 0; at < bits.length; at++) {
    const word = intAt(bits, at);
    const pairs = word - ((word >>> 1) & 0x55555555);
    const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
    count += Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** The smallest number that is not in a set. Throws `RangeError` where all words are full. */
export function firstMissing(bits: Bits): number {
  const word = bits.findIndex((one) => one !== -1);
  return lowestOf(word, ~intAt(bits, word));
}
