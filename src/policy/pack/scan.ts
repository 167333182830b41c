import { fidelityScore } from "../../catalog/features/fidelity-score.ts";
import { floatAt, intAt } from "../at.ts";
import type { Offer } from "../../domain/offer.ts";
import {
  CARBON_OFFSET_GRAMS,
  COST_OFFSET_USD,
  LATENCY_OFFSET_MS,
  measured,
  nearness,
  type Range,
  stabilityOf,
  totalOf,
} from "../scorers.ts";
import type { Weights } from "../soft-rules.ts";
import { type Bits, lastWordOfBoth, lowestOf } from "./bits.ts";
import { floatsOf } from "./column-of.ts";
import { STEP_DOWN } from "./entry.ts";
import type { Sieve } from "./sieve.ts";
import type { Tiers } from "./tier-columns.ts";

/** What totals are made of, by the place of an offer in the order of price; latency and tiers only where they count. */
export interface Terms {
  /** Expected USD a month. */
  readonly usd: Float64Array;
  readonly weights: Weights;
  readonly latency: readonly (number | undefined)[] | undefined;
  readonly tiers: Tiers | undefined;
}

/** Scores sets of offers that are in the order of price, the cheapest first, as `place` scores them: to the last digit. */
export class Scan {
  readonly #order: Int32Array;
  readonly #sieve: Sieve;
  readonly #fidelity: Float64Array;
  readonly #stability: Float64Array;
  readonly #carbon: readonly (number | undefined)[];

  /** `order`: the rows of the offers, which the sieve is told. */
  constructor(ordered: readonly Offer[], order: Int32Array, sieve: Sieve) {
    this.#order = order;
    this.#carbon = ordered.map(({ gridGramsPerKwh }) => gridGramsPerKwh);
    this.#sieve = sieve;
    this.#fidelity = floatsOf(ordered, ({ fidelity }) => fidelityScore(fidelity));
    this.#stability = floatsOf(ordered, stabilityOf);
  }

  /** Put every offer of a set through the sieve with its total; where it may, only until none that is left could matter. */
  run(set: Bits, { usd, weights, latency, tiers }: Terms, maySkip: boolean): void {
    const sieve = this.#sieve;
    const order = this.#order;
    const carbon = weights.carbon > 0 ? this.#carbon : undefined;
    const far = latency && rangeWithin(latency, set);
    const dirty = carbon && rangeWithin(carbon, set);
    const lasts = tiers?.members.map((members) => lastWordOfBoth(set, members));
    let passed = 0;
    let cheapest = -1;
    for (let word = 0; word < set.length; word++) {
      let bits = intAt(set, word);
      if (bits === 0) continue;
      const first = floatAt(usd, lowestOf(word, bits));
      if (cheapest < 0) cheapest = first;
      // From here on everything costs as much or more, and nothing else can make up for it; nor is anything in a tier that has come to its end.
      if (lasts !== undefined) while ((lasts[passed] ?? word) < word) passed += 1;
      const most = totalOf(nearness(first, cheapest, COST_OFFSET_USD), 1, 1, 1, 1, weights);
      if (maySkip && sieve.isFullFor(most - STEP_DOWN * passed)) return;
      // What is worth less is not laid out at all: the cheaper ones before it are better, and draw from nothing.
      const least = maySkip ? sieve.least() : -Infinity;
      let count = 0;
      for (; bits !== 0; bits &= bits - 1) {
        const at = lowestOf(word, bits);
        const total = totalOf(
          nearness(floatAt(usd, at), cheapest, COST_OFFSET_USD),
          latency === undefined ? 0 : measured(latency[at], far, LATENCY_OFFSET_MS),
          carbon === undefined ? 0 : measured(carbon[at], dirty, CARBON_OFFSET_GRAMS),
          floatAt(this.#fidelity, at),
          floatAt(this.#stability, at),
          weights,
        );
        const value = tiers === undefined ? total : total - STEP_DOWN * intAt(tiers.of, at);
        if (value < least) continue;
        sieve.offeredRows[count] = intAt(order, at);
        sieve.offeredTotals[count] = total;
        sieve.offeredValues[count++] = value;
      }
      sieve.take(count);
    }
  }
}

function rangeWithin(column: readonly (number | undefined)[], set: Bits): Range | undefined {
  let best = Infinity;
  let worst = 0;
  for (let word = 0; word < set.length; word++) {
    for (let bits = intAt(set, word); bits !== 0; bits &= bits - 1) {
      const value = column[lowestOf(word, bits)];
      if (value === undefined) continue;
      if (value < best) best = value;
      if (value > worst) worst = value;
    }
  }
  return best === Infinity ? undefined : { best, worst };
}
