import type { Arch } from "../domain/spec.ts";
import type { Billing } from "../domain/offer.ts";
import type { Provider } from "../domain/place.ts";

/** How much each score counts; they are divided by their sum. Latency counts only where users are named. */
export interface Weights {
  readonly cost: number;
  readonly latency: number;
  readonly carbon: number;
  readonly fidelity: number;
  readonly stability: number;
}

/** Where users are: a region by name (`ecs/eu-west-1`), or degrees. */
export type UserPlace = string | { readonly latitude: number; readonly longitude: number };

export interface Users {
  readonly place: UserPlace;
  /** Share of them, against the other entries; 1 where absent. */
  readonly weight?: number | undefined;
}

/** Offers that a tier takes in: every field that is there must hold. */
export interface TierWhere {
  readonly providers?: readonly Provider[] | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly regions?: readonly string[] | undefined;
  readonly jurisdictions?: readonly string[] | undefined;
  readonly billing?: readonly Billing[] | undefined;
  readonly arch?: readonly Exclude<Arch, "any">[] | undefined;
  /** Labels that the offer must have. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** CEL over `offer, needs, workload, incumbent, now`. */
  readonly when?: string | undefined;
}

/** One step of preference. `overflow` names the tier tried next, the following one where absent; `none` ends. */
export interface Tier {
  readonly name: string;
  readonly where: TierWhere;
  readonly overflow?: string | undefined;
}

export const SPREAD_OVER = ["provider", "target", "region", "jurisdiction"] as const;
export type SpreadOver = (typeof SPREAD_OVER)[number];

/** Replicas on at least so many distinct values. `whenUnsatisfiable` is `refuse` where absent. */
export interface Spread {
  readonly over: SpreadOver;
  readonly minimum: number;
  readonly whenUnsatisfiable?: "refuse" | "ignore" | undefined;
}

/** When a workload that runs well leaves its place. `cooldownMinutes` and `maxPerHour` bind automation only. */
export interface Movement {
  readonly minimumSavingPercent: number;
  readonly cooldownMinutes: number;
  readonly maxPerHour: number;
}

/** What happens when a place goes. */
export interface Failover {
  /** How long a silent host is waited for; the agent's own lease where absent. */
  readonly tolerationSeconds?: number | undefined;
  readonly purge: "graceful" | "direct";
  /** Most failovers an hour in the project; no bound where absent. */
  readonly maxPerHour?: number | undefined;
  readonly failback: boolean;
}
