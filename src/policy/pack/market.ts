import type { Decimal } from "../../domain/money.ts";
import type { Offer } from "../../domain/offer.ts";
import type { PlaceQuestion } from "../question.ts";

/** Room that several offers share, free now beside everything that runs: a host, or a quota of a target in a region. What is absent has no bound. */
export interface Pool {
  readonly id: string;
  readonly replicas?: number | undefined;
  readonly milliCpu?: number | undefined;
  readonly memoryMiB?: number | undefined;
}

/** An offer and the pools that the shape of each replica is taken from. */
export interface MarketOffer {
  readonly offer: Offer;
  /** Ids of pools. */
  readonly pools: readonly string[];
  /** What all replicas take of a budget, USD a month; the ceiling price where absent. */
  readonly reservedUsd?: Decimal | undefined;
}

/** What is left of a budget, USD a month, beside what runs already costs. Ceiling prices are taken from it, or what an offer says instead. */
export interface PackBudget {
  readonly id: string;
  readonly usdPerMonth: Decimal;
}

/** What many workloads are placed on together. */
export interface Market {
  /** Each at the price of one replica; whoever is too big for a shape is refused there. */
  readonly offers: readonly MarketOffer[];
  readonly pools: readonly Pool[];
  readonly budgets: readonly PackBudget[];
}

/** One workload to place. */
export interface PackItem {
  /** Breaks ties of priority: the smaller goes first. */
  readonly id: string;
  /** 0 to 100; the higher is placed first, and the lower left out first where not all fit. */
  readonly priority: number;
  readonly replicas: number;
  /** Needs, policy and all else that `place` is asked with. `incumbent` and `held` say where it runs now. */
  readonly question: Omit<PlaceQuestion, "offers">;
  /** Its own offers in place of the market's, each at the price of all its replicas, as adapters give them. */
  readonly offers?: readonly MarketOffer[] | undefined;
  /** Ids of the budgets that its cost is taken from. */
  readonly budgets?: readonly string[] | undefined;
}

/** Replicas on one offer, and how good `place` finds it for this workload. */
export interface PackedPart {
  readonly offer: Offer;
  readonly replicas: number;
  readonly total: number;
}

export interface Packed {
  readonly id: string;
  /** More than one where the policy spreads it, or where no single host has room for all. */
  readonly parts: readonly PackedPart[];
  /** Whether it remains where it runs. */
  readonly stays: boolean;
  readonly because: string;
}

export interface Unplaced {
  readonly id: string;
  /** What stands against every place, and what would have to change. */
  readonly because: string;
}

/** Every workload is in exactly one of the two lists, in the order in which they were decided. */
export interface Packing {
  readonly placements: readonly Packed[];
  readonly unplaced: readonly Unplaced[];
  /** Sum of the placed workloads' totals, each between 0 and 1 less one for every tier it overflowed. */
  readonly total: number;
  /** No packing that places as many can have a higher total. */
  readonly bound: number;
  /** Whether the packing is known to be the best there is: first in how many are placed, by priority, then in their total. */
  readonly proven: boolean;
}
