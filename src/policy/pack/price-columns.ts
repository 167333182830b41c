import { Big } from "big.js";
import { type Decimal, multiply } from "../../domain/money.ts";
import type { Offer, Price } from "../../domain/offer.ts";
import { floatAt } from "../at.ts";
import type { Policy } from "../policy.ts";
import { pricedReplicas } from "./asked.ts";
import { noBits, setBit } from "./bits.ts";
import type { DistinctSets, NumberedSet } from "./distinct.ts";
import { isWholeMicro, microUsd } from "./micro-usd.ts";

const MICRO = 1_000_000;

/** The prices of a market's offers for so many replicas, as numbers to compare; those of one replica are read once. */
export class PriceColumns {
  readonly #prices: readonly (Price | undefined)[];
  /** Millionths of a USD; NaN for one that is finer than that. */
  readonly #expected: Float64Array;
  readonly #ceiling: Float64Array;
  readonly #sets: DistinctSets;
  readonly #known: NumberedSet;
  readonly #usd = new Map<number, Float64Array>();
  readonly #caps = new Map<Caps, Map<number, NumberedSet>>();

  constructor(offers: readonly Offer[], sets: DistinctSets) {
    this.#sets = sets;
    this.#prices = offers.map(({ price }) => price);
    this.#expected = new Float64Array(offers.length).fill(Number.NaN);
    this.#ceiling = new Float64Array(offers.length).fill(Number.NaN);
    const priced = noBits(offers.length);
    for (let at = 0; at < offers.length; at++) {
      const price = this.#prices[at];
      if (price === undefined) continue;
      setBit(priced, at);
      const expected = whole(price.expectedUsd);
      this.#expected[at] = expected;
      this.#ceiling[at] = price.ceilingUsd === price.expectedUsd ? expected : whole(price.ceilingUsd);
    }
    this.#known = sets.of(priced);
  }

  /** Expected USD of a workload's replicas at each row, as `place` compares them; Infinity where no price is known. */
  expectedUsd(replicas: number): Float64Array {
    const times = pricedReplicas(replicas);
    const known = this.#usd.get(times);
    if (known !== undefined) return known;
    const made = new Float64Array(this.#prices.length);
    for (let at = 0; at < made.length; at++) {
      const micro = floatAt(this.#expected, at) * times;
      const price = this.#prices[at];
      if (price === undefined) made[at] = Infinity;
      // Whole numbers over a million round as the decimal does; anything finer is multiplied as a decimal.
      else
        made[at] = Number.isSafeInteger(micro) ? micro / MICRO : Number(multiply(price.expectedUsd, times));
    }
    this.#usd.set(times, made);
    return made;
  }

  /** Offers whose prices are known and for so many replicas under both caps. */
  within(caps: Caps, replicas: number): NumberedSet {
    if (caps.expected === undefined && caps.ceiling === undefined) return this.#known;
    const times = pricedReplicas(replicas);
    const same = this.#caps.get(caps) ?? new Map<number, NumberedSet>();
    this.#caps.set(caps, same);
    const known = same.get(times);
    if (known !== undefined) return known;
    const bits = noBits(this.#prices.length);
    const [expected, ceiling] = [capOf(caps.expected), capOf(caps.ceiling)];
    for (let at = 0; at < this.#prices.length; at++) {
      const price = this.#prices[at];
      if (price === undefined) continue;
      const isUnderBoth =
        isUnder(expected, floatAt(this.#expected, at), price.expectedUsd, times) &&
        isUnder(ceiling, floatAt(this.#ceiling, at), price.ceilingUsd, times);
      if (isUnderBoth) setBit(bits, at);
    }
    const made = this.#sets.of(bits);
    same.set(times, made);
    return made;
  }
}

type Caps = Policy["maxUsdPerMonth"];

/** The most that something may cost; its millionths are NaN where it is finer than that. */
interface Cap {
  readonly usd: Decimal;
  readonly micro: number;
}

function capOf(usd: Decimal | undefined): Cap | undefined {
  return usd === undefined ? undefined : { usd, micro: whole(usd) };
}

function whole(usd: Decimal): number {
  return isWholeMicro(usd) ? microUsd(usd, "down") : Number.NaN;
}

function isUnder(cap: Cap | undefined, micro: number, usd: Decimal, times: number): boolean {
  if (cap === undefined) return true;
  const all = micro * times;
  if (Number.isSafeInteger(all) && !Number.isNaN(cap.micro)) return all <= cap.micro;
  return new Big(usd).times(times).lte(cap.usd);
}
