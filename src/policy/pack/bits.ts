/** A set of small numbers, 32 to a word. */
export type Bits = Uint32Array<ArrayBuffer>;

const WORD = 5;
const LOW = 31;

/** An empty set of numbers below `size`. */
export function noBits(size: number): Bits {
  return new Uint32Array((size + LOW) >>> WORD);
}

/** Every number below `size`. */
export function allBits(size: number): Bits {
  const bits = noBits(size).fill(0xffffffff);
  const rest = size & LOW;
  if (rest !== 0) bits[bits.length - 1] = 2 ** rest - 1;
  return bits;
}

/** Put a number into a set. */
export function setBit(bits: Bits, at: number): void {
  bits[at >>> WORD] = (bits[at >>> WORD] ?? 0) | (1 << (at & LOW));
}

/** Keep of a set only what is in the other, too. */
export function intersect(bits: Bits, other: Bits): void {
  for (let word = 0; word < bits.length; word++) bits[word] = (bits[word] ?? 0) & (other[word] ?? 0);
}

/** The numbers of a set in their order, into `found`, which has room for all; returns how many. */
export function listBits(bits: Bits, found: Int32Array): number {
  let count = 0;
  for (let word = 0; word < bits.length; word++) {
    let left = bits[word] ?? 0;
    while (left !== 0) {
      const low = left & -left;
      found[count++] = (word << WORD) + (LOW - Math.clz32(low));
      left ^= low;
    }
  }
  return count;
}
