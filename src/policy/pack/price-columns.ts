import { Big } from "big.js";
import { type Decimal, multiply } from "../../domain/money.ts";
import type { Offer } from "../../domain/offer.ts";
import { floatAt } from "../at.ts";
import type { Policy } from "../policy.ts";
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
  readonly #caps = new Map<Caps, Map<number, Bits>>();

  constructor(offers: readonly Offer[]) {
    this.#offers = offers;
    this.#expected = Float64Array.from(offers, ({ price }) => whole(price?.expectedUsd));
    this.#ceiling = Float64Array.from(offers, ({ price }, at) =>
      price?.ceilingUsd === price?.expectedUsd ? floatAt(this.#expected, at) : whole(price?.ceilingUsd),
    );
  }

  /** Expected USD of a workload's replicas at each row, as `place` compares them; Infinity where no price is known. */
  expectedUsd(replicas: number): Float64Array {
    const times = pricedReplicas(replicas);
    const known = this.#usd.get(times);
    if (known !== undefined) return known;
    const made = Float64Array.from(this.#offers, ({ price }, row) => {
      const micro = floatAt(this.#expected, row) * times;
      if (price === undefined) return Infinity;
      // Whole numbers over a million round as the decimal does; anything finer is multiplied as a decimal.
      return Number.isSafeInteger(micro) ? micro / MICRO : Number(multiply(price.expectedUsd, times));
    });
    this.#usd.set(times, made);
    return made;
  }

  /** Offers whose prices are known and for so many replicas under both caps. */
  within(caps: Caps, replicas: number): Bits {
    const times = pricedReplicas(replicas);
    const same = this.#caps.get(caps) ?? new Map<number, Bits>();
    this.#caps.set(caps, same);
    const known = same.get(times);
    if (known !== undefined) return known;
    const bits = noBits(this.#offers.length);
    const capped = caps.expected !== undefined || caps.ceiling !== undefined;
    for (const [at, { price }] of this.#offers.entries()) {
      if (price === undefined) continue;
      const under =
        !capped ||
        (isUnder(floatAt(this.#expected, at), times, caps.expected, price.expectedUsd) &&
          isUnder(floatAt(this.#ceiling, at), times, caps.ceiling, price.ceilingUsd));
      if (under) setBit(bits, at);
    }
    same.set(times, bits);
    return bits;
  }
}

type Caps = Policy["maxUsdPerMonth"];

function whole(usd: Decimal | undefined): number {
  return usd !== undefined && isWholeMicro(usd) ? microUsd(usd, "down") : Number.NaN;
}

function isUnder(micro: number, times: number, cap: Decimal | undefined, usd: Decimal): boolean {
  if (cap === undefined) return true;
  const all = micro * times;
  if (Number.isSafeInteger(all) && isWholeMicro(cap)) return all <= microUsd(cap, "down");
  return new Big(usd).times(times).lte(cap);
}
