import type { FieldFidelity, Refusal } from "./feature.ts";
import type { Place } from "./place.ts";

/** A size that can be bought, per replica. */
export interface Shape {
  readonly milliCpu: number;
  readonly memoryMiB: number;
  readonly ephemeralStorageGiB: number;
  readonly arch: "amd64" | "arm64" | "any";
}

export type Billing = "on-demand" | "spot" | "request" | "instance" | "job" | "worker-pool" | "own";

/**
 * One line of a bill: `usd` = quantity x rate. All amounts are decimal strings; `unit` names what is counted.
 * What is taken off (a free allowance, a commitment, a discount) is a line of its own with a negative quantity and amount.
 */
export interface PriceLine {
  readonly meter: string;
  readonly quantity: string;
  readonly unit: string;
  readonly rateUsd: string;
  readonly usd: string;
  readonly asOf: string;
  readonly source: string;
  /** The row of the price book that was used; absent for a rate that somebody gave. */
  readonly rateId?: string | undefined;
  /** How sure the rate is; absent for a rate that somebody gave for this one question. */
  readonly confidence?: "high" | "stated" | "medium" | "low" | undefined;
  /** What a reader must know of this line: a floating Spot price, an allowance of the whole account, an old figure. */
  readonly note?: string | undefined;
}

/** USD a month (730 h): floor (min replicas, idle), expected (the usage hint), ceiling (max replicas all month). */
export interface Price {
  readonly floorUsd: string;
  readonly expectedUsd: string;
  readonly ceilingUsd: string;
  /** The lines of the expected price. */
  readonly lines: readonly PriceLine[];
  /** Meters this price does not contain, each a sentence. */
  readonly notPriced: readonly string[];
  /** What the price takes for granted, each a sentence. */
  readonly assumes?: readonly string[] | undefined;
  /** The least sure rate in it; absent where the rates are somebody's own. */
  readonly confidence?: "high" | "stated" | "medium" | "low" | undefined;
  /** Dates of the oldest and newest rate used, ISO days. */
  readonly asOf: { readonly from: string; readonly to: string };
}

/**
 * How traffic reaches the unit: over TLS, in clear text, or through an agent's own line. `network` is an address inside a network of the
 * target's owner, for a gateway that is in it. `bypassable`: reachable around the gateway.
 */
export interface Path {
  readonly transport: "tls" | "plain" | "line";
  readonly reach: "name" | "ip" | "network" | "line" | "loopback";
  readonly bypassable: boolean;
}

/**
 * Room that every replica of an offer takes a part of, and that other workloads take theirs from: a host, or a quota of an account in a
 * region. Its amounts are what is free beside all that stands there, the asking workload's own included; one that is absent has no bound.
 */
export interface Draw {
  /** The same for whoever draws from this room, through whichever target. */
  readonly pool: string;
  readonly replicas?: number | undefined;
  readonly milliCpu?: number | undefined;
  readonly memoryMiB?: number | undefined;
}

/** One priced way to run the needs. `price` is absent when no rate is known; then policy refuses it with a reason. */
export interface Offer {
  /** Stable for the same place, shape and billing. */
  readonly id: string;
  readonly place: Place;
  readonly shape: Shape;
  readonly billing: Billing;
  readonly price?: Price | undefined;
  /**
   * Lines of the floor and the ceiling, for an account that pays other than list prices. They go no further than where offers are
   * gathered.
   */
  readonly boundLines?:
    | { readonly floor: readonly PriceLine[]; readonly ceiling: readonly PriceLine[] }
    | undefined;
  /** Where there is no price: the meters that would be charged and whose rate is not known. */
  readonly unknownMeters?: readonly string[] | undefined;
  /** The commands that state those rates, one for each. */
  readonly stateWith?: readonly string[] | undefined;
  readonly fidelity: readonly FieldFidelity[];
  readonly path: Path;
  /** The most replicas of this workload that fit here now, those it has here counted in; absent when the place sets no bound. */
  readonly capacityReplicas?: number | undefined;
  /**
   * Rooms that `capacityReplicas` is counted from and that others share, for workloads that are placed together. They go no further than
   * where offers are gathered; absent or empty where the place shares none.
   */
  readonly draws?: readonly Draw[] | undefined;
  /** ISO country and legal zones of the region, for residency rules. */
  readonly jurisdictions: readonly string[];
  /** Degrees; absent where nobody said where the place is. */
  readonly location?: { readonly latitude: number; readonly longitude: number } | undefined;
  /** Yearly average of the region's grid, gCO2e per kWh; absent where nobody publishes it. */
  readonly gridGramsPerKwh?: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Reasons the place itself cannot take these needs; such an offer is always rejected, with all of them. */
  readonly impossible: readonly Refusal[];
  /** True for a sandbox: nothing real is started or billed. */
  readonly simulated: boolean;
}
