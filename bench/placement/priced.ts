import type { Offer } from "../../src/domain/offer.ts";
import { askedOffer } from "../../src/policy/pack/asked.ts";
import type { Market, PackItem } from "../../src/policy/pack/market.ts";

/** The market's offers at the price of so many replicas: made once, for the baseline should not pay for decimals at every workload. */
export class Priced {
  readonly #market: Market;
  readonly #byReplicas = new Map<number, readonly Offer[]>();

  constructor(market: Market) {
    this.#market = market;
  }

  for(item: PackItem): readonly Offer[] {
    const known = this.#byReplicas.get(item.replicas);
    if (known !== undefined) return known;
    const made = this.#market.offers.map(({ offer }) => {
      const { capacityReplicas: _room, ...asked } = askedOffer(offer, item, undefined);
      return { ...asked, impossible: [] };
    });
    this.#byReplicas.set(item.replicas, made);
    return made;
  }
}
