import { floatAt, intAt } from "../at.ts";
import type { Range } from "../scorers.ts";
import { type Bits, hasBit } from "./bits.ts";
import { rising } from "./rising.ts";

/** What is measured of each offer, none of it below 0; and the best and the worst of any set of them. */
export class MeasuredColumn {
  /** `NaN` where it is not known. */
  readonly values: Float64Array;
  /** The offers of which it is known, the least first. */
  readonly #rising: Int32Array;

  constructor(values: Float64Array) {
    this.values = values;
    this.#rising = rising(values);
  }

  /** The least and the most within a set; undefined where nothing is known of it. Most sets have one of the first few and of the last. */
  rangeWithin(set: Bits): Range | undefined {
    const places = this.#rising;
    let first = 0;
    while (first < places.length && !hasBit(set, intAt(places, first))) first += 1;
    if (first === places.length) return undefined;
    let last = places.length - 1;
    while (!hasBit(set, intAt(places, last))) last -= 1;
    return {
      best: floatAt(this.values, intAt(places, first)),
      worst: floatAt(this.values, intAt(places, last)),
    };
  }
}
