import type { Decimal } from "../../domain/money.ts";
import type { Offer } from "../../domain/offer.ts";
import { type Place, placeLabel } from "../../domain/place.ts";
import { itemAt } from "../at.ts";
import type { SpreadOver } from "../soft-rules.ts";
import { spreadValue } from "../spread.ts";
import { siteOf } from "./candidates.ts";
import { intsOf } from "./column-of.ts";
import { heldAt } from "./held-at.ts";
import type { Market, MarketOffer, PackItem, Pool } from "./market.ts";
import { microUsd } from "./micro-usd.ts";

/** One thing that can run out: its name for people, and how much of it is free. */
export interface Bound {
  readonly label: string;
  readonly unit: "replicas" | "mCPU" | "MiB" | "USD";
}

/** Offers and what a replica of each takes of the bounds, as columns: row `o` draws `starts[o]` to `starts[o + 1]`. */
export interface Table {
  /** The market's, then those of the items that bring their own. */
  readonly offers: readonly Offer[];
  readonly starts: Int32Array;
  readonly bounds: Int32Array;
  readonly amounts: Float64Array;
  /** Rows that draw from the same bounds share a number; 0 draws from none. */
  readonly draws: Int32Array;
  readonly drawCount: number;
  /** Hosts of one pool share a number above 0; -1 for a place that has no hosts. */
  readonly sites: Int32Array;
  /** Offers of one place share a number. */
  readonly places: Int32Array;
  /** What one replica takes of a budget in millionths of a USD, rounded up. */
  readonly microUsd: Float64Array;
  readonly capacity: Float64Array;
  readonly boundOf: readonly Bound[];
  /** What a spread counts, as numbers below `count`. */
  readonly domains: (over: SpreadOver) => Domains;
  readonly budgetAt: ReadonlyMap<string, number>;
  /** An item's own offers, and the row where they begin; absent for one that takes the market's. */
  readonly ownAt: ReadonlyMap<PackItem, { readonly offers: readonly MarketOffer[]; readonly at: number }>;
}

/** Lay out a market and the items' own offers. Throws when an offer or an item names a pool or a budget that is not there. */
export function tableOf(market: Market, items: readonly PackItem[]): Table {
  const rows = new Rows(market.pools);
  for (const one of market.offers) rows.add(one, 1);
  const ownAt = new Map<PackItem, { readonly offers: readonly MarketOffer[]; readonly at: number }>();
  for (const item of items) {
    const { offers } = item;
    if (offers === undefined) continue;
    ownAt.set(item, { offers, at: rows.offers.length });
    rows.addOwn(item, offers);
  }
  const budgetAt = new Map(market.budgets.map(({ id, usdPerMonth }) => [id, rows.budget(id, usdPerMonth)]));
  return { ...rows.columns(), budgetAt, ownAt };
}

class Rows {
  readonly offers: Offer[] = [];
  readonly #starts: number[] = [0];
  readonly #bounds: number[] = [];
  readonly #amounts: number[] = [];
  readonly #draws: number[] = [];
  readonly #sites: number[] = [];
  readonly #places: number[] = [];
  readonly #placesOf = new Map<Place, number>();
  readonly #placeNumbers = new Map<string, number>();
  readonly #drawNumbers = new Map([["", 0]]);
  // 0 is not a site of hosts.
  readonly #siteNumbers = new Map([["", 0]]);
  readonly #microUsd: number[] = [];
  readonly #capacity: number[] = [];
  readonly #boundOf: Bound[] = [];
  readonly #pools = new Map<string, PoolBounds>();

  constructor(pools: readonly Pool[]) {
    for (const { id, replicas, milliCpu, memoryMiB } of pools)
      this.#pools.set(id, {
        replicas: this.#bound(id, "replicas", replicas),
        milliCpu: this.#bound(id, "mCPU", milliCpu),
        memoryMiB: this.#bound(id, "MiB", memoryMiB),
      });
  }

  /** `pricedFor`: how many replicas the offer's price is of; `held`: how many of its capacity are no news. */
  add({ offer, pools, reservedUsd }: MarketOffer, pricedFor: number, held = 0, room?: number): void {
    this.offers.push(offer);
    const { milliCpu, memoryMiB } = offer.shape;
    for (const id of pools) {
      const pool = this.#pools.get(id);
      if (pool === undefined)
        throw new Error(`offer ${offer.id} draws from ${id}, which is not among the pools`);
      this.#draw(pool.replicas, 1);
      this.#draw(pool.milliCpu, milliCpu);
      this.#draw(pool.memoryMiB, memoryMiB);
    }
    this.#draw(room, 1);
    const { capacityReplicas } = offer;
    if (capacityReplicas !== undefined)
      this.#draw(this.#bound(offer.id, "replicas", capacityReplicas - held), 1);
    this.#draws.push(this.#drawOf(itemAt(this.#starts, this.#starts.length - 1)));
    this.#places.push(this.#placeOf(offer));
    this.#sites.push(this.#siteOf(offer));
    this.#starts.push(this.#bounds.length);
    this.#microUsd.push(Math.ceil(microUsd(reservedUsd ?? offer.price?.ceilingUsd ?? "0", "up") / pricedFor));
  }

  /** The number of what the last offer draws from, whose bounds begin at a place. Many draw from nothing. */
  #drawOf(from: number): number {
    if (from === this.#bounds.length) return 0;
    return numberOf(this.#drawNumbers, this.#bounds.slice(from).join());
  }

  // Many offers share the very object that says where they are.
  #placeOf(offer: Offer): number {
    const known = this.#placesOf.get(offer.place);
    if (known !== undefined) return known;
    const place = numberOf(this.#placeNumbers, placeKey(offer));
    this.#placesOf.set(offer.place, place);
    return place;
  }

  #siteOf(offer: Offer): number {
    if (offer.place.host === undefined) return NO_SITE;
    const site = siteOf(offer);
    return site === undefined ? NO_SITE : numberOf(this.#siteNumbers, site);
  }

  /** The offers of one item: what several ways of buying one place say of its room is the same room. */
  addOwn(item: PackItem, offers: readonly MarketOffer[]): void {
    const capped = offers.flatMap(({ offer }) => {
      const { capacityReplicas } = offer;
      return capacityReplicas === undefined ? [] : [{ offer, free: capacityReplicas - heldAt(offer, item) }];
    });
    const rooms = new Map<string, number>();
    for (const [place, same] of Map.groupBy(capped, ({ offer }) => placeKey(offer))) {
      const most = Math.max(0, ...same.map(({ free }) => free));
      const label = placeLabel(itemAt(same, 0).offer.place);
      if (same.length > 1) rooms.set(place, this.#newBound(label, "replicas", most));
    }
    for (const one of offers) {
      const room = one.offer.capacityReplicas === undefined ? undefined : rooms.get(placeKey(one.offer));
      // An adapter counts in what the workload has there; a bound is what is free beside it.
      this.add(one, Math.max(1, item.replicas), heldAt(one.offer, item), room);
    }
  }

  budget(id: string, usd: Decimal): number {
    return this.#newBound(id, "USD", microUsd(usd, "down"));
  }

  columns(): Omit<Table, "budgetAt" | "ownAt"> {
    const domains = new Map<SpreadOver, Domains>();
    return {
      offers: this.offers,
      starts: Int32Array.from(this.#starts),
      bounds: Int32Array.from(this.#bounds),
      amounts: Float64Array.from(this.#amounts),
      draws: Int32Array.from(this.#draws),
      drawCount: this.#drawNumbers.size,
      sites: Int32Array.from(this.#sites),
      places: Int32Array.from(this.#places),
      microUsd: Float64Array.from(this.#microUsd),
      capacity: Float64Array.from(this.#capacity),
      boundOf: this.#boundOf,
      domains: (over) => {
        const known = domains.get(over) ?? domainsBy(this.offers, over);
        domains.set(over, known);
        return known;
      },
    };
  }

  #draw(bound: number | undefined, amount: number): void {
    if (bound === undefined || amount <= 0) return;
    this.#bounds.push(bound);
    this.#amounts.push(amount);
  }

  #bound(label: string, unit: Bound["unit"], free: number | undefined): number | undefined {
    return free === undefined ? undefined : this.#newBound(label, unit, Math.max(0, Math.floor(free)));
  }

  #newBound(label: string, unit: Bound["unit"], free: number): number {
    this.#boundOf.push({ label, unit });
    return this.#capacity.push(free) - 1;
  }
}

export interface Domains {
  readonly count: number;
  readonly of: Int32Array;
}

function domainsBy(offers: readonly Offer[], over: SpreadOver): Domains {
  const numbers = new Map<string, number>();
  // Offers of a place often share the very object that it is read from.
  const seen = new Map<object, number>();
  const of = intsOf(offers, (offer) => {
    const read = over === "jurisdiction" ? offer.jurisdictions : offer.place;
    const known = seen.get(read);
    if (known !== undefined) return known;
    const number = numberOf(numbers, spreadValue(offer, over));
    seen.set(read, number);
    return number;
  });
  return { count: numbers.size, of };
}

function placeKey({ place: { provider, target = "", region, host = "" } }: Offer): string {
  return `${provider}|${target}|${region}|${host}`;
}

/** The number of a name, a new one for a name not seen before. */
export function numberOf<Name>(numbers: Map<Name, number>, name: Name): number {
  const known = numbers.get(name);
  if (known !== undefined) return known;
  numbers.set(name, numbers.size);
  return numbers.size - 1;
}

/** Of a place that has no hosts: it cannot share replicas with another. */
export const NO_SITE = -1;

interface PoolBounds {
  readonly replicas: number | undefined;
  readonly milliCpu: number | undefined;
  readonly memoryMiB: number | undefined;
}
