import { Big } from "big.js";
import { type Decimal, multiply } from "../../domain/money.ts";
import type { Offer } from "../../domain/offer.ts";
import { type Bits, noBits, setBit } from "./bits.ts";
import { pricedReplicas } from "./asked.ts";
import { isWholeMicro, microUsd } from "./micro-usd.ts";

const MICRO = 1_000_000;

/** The prices of a market's offers for so many replicas, as numbers to compare; those of one replica are read once. */
export class PriceColumns {
  readonly #offers: readonly Offer[];
  /** Millionths of a USD; NaN for one that is finer than that. */
  readonly #expected: Float64Array;
  readonly #ceiling: Float64Array;
  readonly #usd = new Map<number, Float64Array>();
  readonly #caps = new Map<string, Bits>();

  constructor(offers: readonly Offer[]) {
    this.#offers = offers;
    this.#expected = Float64Array.from(offers, ({ price }) => whole(price?.expectedUsd));
    this.#ceiling = Float64Array.from(offers, ({ price }) => whole(price?.ceilingUsd));
  }

  /** Expected USD of a workload's replicas at each row, as `place` compares them; Infinity where no price is known. */
  expectedUsd(replicas: number): Float64Array {
    const times = pricedReplicas(replicas);
    const known = this.#usd.get(times);
    if (known !== undefined) return known;
    const made = Float64Array.from(this.#offers, ({ price }, row) => {
      const micro = (this.#expected[row] ?? Number.NaN) * times;
      if (price === undefined) return Infinity;
      // Whole numbers over a million round as the decimal does; anything finer is multiplied as a decimal.
      return Number.isSafeInteger(micro) ? micro / MICRO : Number(multiply(price.expectedUsd, times));
    });
    this.#usd.set(times, made);
    return made;
  }

  /** Rows, in an order, whose prices are known and for so many replicas under both caps. */
  within(
    caps: { readonly expected?: Decimal | undefined; readonly ceiling?: Decimal | undefined },
    replicas: number,
    order: Int32Array,
  ): Bits {
    const times = pricedReplicas(replicas);
    const key = `${caps.expected}|${caps.ceiling}|${times}`;
    const known = this.#caps.get(key);
    if (known !== undefined) return known;
    const bits = noBits(this.#offers.length);
    for (const [at, row] of order.entries()) {
      const price = this.#offers[row]?.price;
      if (price === undefined) continue;
      const under =
        isUnder(this.#expected[row], times, caps.expected, price.expectedUsd) &&
        isUnder(this.#ceiling[row], times, caps.ceiling, price.ceilingUsd);
      if (under) setBit(bits, at);
    }
    this.#caps.set(key, bits);
    return bits;
  }
}

function whole(usd: Decimal | undefined): number {
  return usd !== undefined && isWholeMicro(usd) ? microUsd(usd, "down") : Number.NaN;
}

function isUnder(micro = Number.NaN, times: number, cap: Decimal | undefined, usd: Decimal): boolean {
  if (cap === undefined) return true;
  const all = micro * times;
  if (Number.isSafeInteger(all) && isWholeMicro(cap)) return all <= microUsd(cap, "down");
  return new Big(usd).times(times).lte(cap);
}
