import { floatAt, intAt } from "../at.ts";

/** Numbers that are kept in one piece of memory: about what a few hundred lists need. */
const PIECE = 8_192;

/**
 * Copies of the first numbers of columns, many of them cut from one piece of memory: there are thousands of short lists, and to make a
 * buffer for each of them takes longer than to fill it.
 */
export class Cuts {
  #ints = new Int32Array(0);
  #intsUsed = 0;
  #floats = new Float64Array(0);
  #floatsUsed = 0;

  ints(from: Int32Array, count: number): Int32Array {
    if (this.#intsUsed + count > this.#ints.length) {
      this.#ints = new Int32Array(Math.max(PIECE, count));
      this.#intsUsed = 0;
    }
    const piece = this.#ints;
    const start = this.#intsUsed;
    for (let at = 0; at < count; at++) piece[start + at] = intAt(from, at);
    this.#intsUsed = start + count;
    return piece.subarray(start, start + count);
  }

  floats(from: Float64Array, count: number): Float64Array {
    if (this.#floatsUsed + count > this.#floats.length) {
      this.#floats = new Float64Array(Math.max(PIECE, count));
      this.#floatsUsed = 0;
    }
    const piece = this.#floats;
    const start = this.#floatsUsed;
    for (let at = 0; at < count; at++) piece[start + at] = floatAt(from, at);
    this.#floatsUsed = start + count;
    return piece.subarray(start, start + count);
  }
}
