import { floatAt, intAt } from "../at.ts";

/**
 * The places of a column in rising order of its numbers, equal ones as they come; those of `NaN` are left out. Numbers alone are sorted
 * many times as fast as by a function, and to look each of them up after that is quick.
 */
export function rising(column: Float64Array): Int32Array {
  const sorted = column.filter((value) => !Number.isNaN(value)).sort();
  const places = new Int32Array(sorted.length);
  /** How many of those that are equal to the number at a place are put already. */
  const put = new Int32Array(sorted.length);
  for (let at = 0; at < column.length; at++) {
    const value = floatAt(column, at);
    if (Number.isNaN(value)) continue;
    const first = firstNotBelow(sorted, value);
    const before = intAt(put, first);
    places[first + before] = at;
    put[first] = before + 1;
  }
  return places;
}

function firstNotBelow(sorted: Float64Array, value: number): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (floatAt(sorted, middle) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
