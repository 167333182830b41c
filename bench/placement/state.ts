import type { Offer } from "../../src/domain/offer.ts";
import type { Market, PackItem } from "../../src/policy/pack/market.ts";

/** What is left of pools and budgets while workloads are placed one after the other. */
export class State {
  readonly #pools: ReadonlyMap<string, { milliCpu: number; memoryMiB: number }>;
  readonly #budgets: Map<string, number>;
  readonly #offers: ReadonlyMap<
    string,
    { readonly pools: readonly string[]; readonly usd: number; readonly offer: Offer }
  >;

  constructor(market: Market) {
    this.#pools = new Map(
      market.pools.map(({ id, milliCpu = Infinity, memoryMiB = Infinity }) => [id, { milliCpu, memoryMiB }]),
    );
    this.#budgets = new Map(market.budgets.map(({ id, usdPerMonth }) => [id, Number(usdPerMonth)]));
    this.#offers = new Map(
      market.offers.map(({ offer, pools }) => [
        offer.id,
        { offer, pools, usd: Number(offer.price?.ceilingUsd ?? 0) },
      ]),
    );
  }

  /** Whether so many more replicas fit, and the workload's budgets pay for them. */
  hasRoom({ id, shape }: Offer, replicas: number, { budgets = [] }: PackItem): boolean {
    const known = this.#offers.get(id);
    if (known === undefined) return false;
    for (const pool of known.pools) {
      const left = this.#pools.get(pool);
      if (left === undefined) continue;
      if (left.milliCpu < shape.milliCpu * replicas || left.memoryMiB < shape.memoryMiB * replicas)
        return false;
    }
    for (const budget of budgets) if ((this.#budgets.get(budget) ?? 0) < known.usd * replicas) return false;
    return true;
  }

  take(id: string, replicas: number, { budgets = [] }: PackItem): void {
    const known = this.#offers.get(id);
    if (known === undefined) return;
    for (const pool of known.pools) {
      const left = this.#pools.get(pool);
      if (left === undefined) continue;
      left.milliCpu -= known.offer.shape.milliCpu * replicas;
      left.memoryMiB -= known.offer.shape.memoryMiB * replicas;
    }
    for (const budget of budgets)
      this.#budgets.set(budget, (this.#budgets.get(budget) ?? 0) - known.usd * replicas);
  }
}
