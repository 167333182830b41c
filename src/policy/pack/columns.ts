import { fidelityScore } from "../../catalog/features/fidelity-score.ts";
import type { Held } from "../held.ts";
import type { PlaceMatch } from "../match.ts";
import type { UsersAt } from "../place.ts";
import type { Policy } from "../policy.ts";
import {
  CARBON_OFFSET_GRAMS,
  COST_OFFSET_USD,
  countedWeights,
  LATENCY_OFFSET_MS,
  latencyMs,
  measured,
  nearness,
  type Range,
  stabilityOf,
  totalOf,
} from "../scorers.ts";
import { tierChain, tierOf } from "../tiers.ts";
import { type Bits, intersect, listBits, noBits, setBit } from "./bits.ts";
import { STEP_DOWN } from "./entry.ts";
import type { PackItem } from "./market.ts";
import type { Row } from "./options.ts";
import { PriceColumns } from "./price-columns.ts";
import type { Room } from "./room.ts";
import { Sieve } from "./sieve.ts";
import { SizeColumns } from "./size-columns.ts";
import type { Table } from "./table.ts";
import { Verdicts } from "./verdicts.ts";

/** Rows that stand for a workload, and the worth of each. */
export interface Scanned {
  readonly rows: readonly Row[];
  readonly standing: number;
}

/**
 * A market as columns, for placing thousands of workloads on it: the same rules and the same scores as `place`, to the last digit, each
 * rule asked once for all that are alike. For questions without an incumbent and policies without expressions (`isColumnar`).
 */
export class Columns {
  readonly #table: Table;
  readonly #size: number;
  /** Row of each place in the order of price, the cheapest first. */
  readonly #order: Int32Array;
  readonly #verdicts: Verdicts;
  readonly #sizes: SizeColumns;
  readonly #prices: PriceColumns;
  readonly #roomy: Bits;
  readonly #fidelity: Float64Array;
  readonly #stability: Float64Array;
  readonly #carbon: readonly (number | undefined)[];
  readonly #latency = new Map<readonly UsersAt[], readonly (number | undefined)[]>();
  readonly #tiers = new Map<Policy, Int32Array>();
  readonly #bits: Bits;
  readonly #found: Int32Array;
  readonly #sieve: Sieve;

  constructor(table: Table, size: number, room: Room) {
    const offers = table.offers.slice(0, size);
    this.#table = table;
    this.#size = size;
    this.#prices = new PriceColumns(offers);
    const usd = this.#prices.expectedUsd(1);
    this.#order = Int32Array.from(offers.keys()).sort((a, b) => (usd[a] ?? 0) - (usd[b] ?? 0) || a - b);
    this.#verdicts = new Verdicts(offers, this.#order);
    this.#sizes = new SizeColumns(offers, this.#order);
    this.#roomy = noBits(size);
    for (const [at, row] of this.#order.entries()) if ((room.open(row) ?? 1) >= 1) setBit(this.#roomy, at);
    this.#fidelity = Float64Array.from(offers, ({ fidelity }) => fidelityScore(fidelity));
    this.#stability = Float64Array.from(offers, stabilityOf);
    this.#carbon = offers.map(({ gridGramsPerKwh }) => gridGramsPerKwh);
    this.#bits = noBits(size);
    this.#found = new Int32Array(size);
    this.#sieve = new Sieve(table);
  }

  /** What `place` would rank of the market for a workload, without what could never be chosen: no order, ties and all. */
  scan(item: PackItem): Scanned {
    const { policy } = item.question;
    const bits = this.#bits;
    bits.set(this.#roomy);
    this.#sizes.narrow(bits, item.question.needs);
    intersect(bits, this.#prices.within(policy.maxUsdPerMonth, item.replicas, this.#order));
    const { avoid = NOWHERE, held = NOTHING } = item.question;
    this.#verdicts.narrow(bits, { ...item.question, avoid, held, values: unasked });
    const standing = listBits(bits, this.#found);
    return { rows: this.#score(item, standing), standing };
  }

  #score(item: PackItem, standing: number): readonly Row[] {
    const { policy, users = NO_USERS } = item.question;
    const found = this.#found;
    const order = this.#order;
    const usd = this.#prices.expectedUsd(item.replicas);
    const weights = countedWeights(policy, users);
    const latency = weights.latency > 0 ? this.#latencyOf(users) : undefined;
    const carbon = weights.carbon > 0 ? this.#carbon : undefined;
    const far = latency && rangeAt(latency, order, found, standing);
    const dirty = carbon && rangeAt(carbon, order, found, standing);
    const cheapest = usd[order[found[0] ?? 0] ?? 0] ?? 0;
    const tiers = policy.tiers.length > 0 ? this.#tiersOf(policy) : undefined;
    const sieve = this.#sieve;
    const { spread } = policy;
    const pays = (item.budgets ?? []).length > 0;
    const splits = item.replicas > 1 && tiers === undefined;
    sieve.set({ pays, splits, domains: spread && this.#table.domains(spread.over) });
    for (let at = 0; at < standing; at++) {
      const row = order[found[at] ?? 0] ?? 0;
      const total = totalOf(
        nearness(usd[row] ?? 0, cheapest, COST_OFFSET_USD),
        latency === undefined ? 0 : measured(latency[row], far, LATENCY_OFFSET_MS),
        carbon === undefined ? 0 : measured(carbon[row], dirty, CARBON_OFFSET_GRAMS),
        this.#fidelity[row] ?? 0,
        this.#stability[row] ?? 0,
        weights,
      );
      const steps = tiers === undefined ? 0 : (tiers[row] ?? 0);
      sieve.add(row, total - STEP_DOWN * steps, total);
    }
    return sieve.rows();
  }

  #latencyOf(users: readonly UsersAt[]): readonly (number | undefined)[] {
    const known = this.#latency.get(users);
    if (known !== undefined) return known;
    const made = this.#table.offers.slice(0, this.#size).map((offer) => latencyMs(offer, users));
    this.#latency.set(users, made);
    return made;
  }

  #tiersOf(policy: Policy): Int32Array {
    const known = this.#tiers.get(policy);
    if (known !== undefined) return known;
    const chain = tierChain(policy.tiers);
    const made = Int32Array.from(
      this.#table.offers.slice(0, this.#size),
      (offer) => tierOf(offer, chain, unasked) ?? chain.length,
    );
    this.#tiers.set(policy, made);
    return made;
  }
}

const NOWHERE: readonly PlaceMatch[] = [];
const NOTHING: readonly Held[] = [];
const NO_USERS: readonly UsersAt[] = [];

/** Whether a workload can be placed by columns: it runs nowhere yet, is near to nothing, and its policy has no expressions. */
export function isColumnar({ question, offers }: PackItem): boolean {
  const { policy, incumbent, incumbents = [], held = [], peers = [] } = question;
  const tiers = [...policy.tiers, ...policy.within.flatMap((one) => one.tiers)];
  return (
    offers === undefined &&
    incumbent === undefined &&
    incumbents.length + held.length + peers.length + policy.require.length === 0 &&
    tiers.every(({ where }) => where.when === undefined)
  );
}

function unasked(): never {
  throw new Error("a policy with expressions is not placed by columns");
}

function rangeAt(
  column: readonly (number | undefined)[],
  order: Int32Array,
  found: Int32Array,
  count: number,
): Range | undefined {
  let best = Infinity;
  let worst = 0;
  for (let at = 0; at < count; at++) {
    const value = column[order[found[at] ?? 0] ?? 0];
    if (value === undefined) continue;
    best = Math.min(best, value);
    worst = Math.max(worst, value);
  }
  return best === Infinity ? undefined : { best, worst };
}
