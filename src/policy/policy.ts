import type { Provider } from "../domain/place.ts";
import type { FidelityLevel } from "./levels.ts";
import type { ChangeRules, Layered } from "./rules/rule.ts";
import type { Failover, Movement, Spread, Tier, Users, Weights } from "./soft-rules.ts";

/** How a placement is decided. Lists that are absent allow everything; every other field always has a value. */
export interface Policy {
  readonly name: string;
  readonly providers?: readonly Provider[] | undefined;
  /** Names of connected targets. */
  readonly targets?: readonly string[] | undefined;
  /** Region ids, alone (`eu-west-1`) or with their provider (`ecs/eu-west-1`). */
  readonly regions?: readonly string[] | undefined;
  /** ISO countries or legal zones (`DE`, `EU`): of each list, one must hold for the region. */
  readonly jurisdictions?: readonly (readonly string[])[] | undefined;
  /** Registry hosts that images may come from. */
  readonly registries?: readonly string[] | undefined;
  readonly arch?: readonly ("amd64" | "arm64")[] | undefined;
  readonly spot: "allow" | "forbid";
  /** Most USD a month, as decimal strings. */
  readonly maxUsdPerMonth: { readonly expected?: string | undefined; readonly ceiling?: string | undefined };
  /** The worst way in which a field may be honoured. */
  readonly minimumFidelity: FidelityLevel;
  /** Whether traffic may cross the internet in clear text between the gateway and a cloud. */
  readonly allowPlainHttp: boolean;
  /** Whether an image that was not resolved to a digest is refused. */
  readonly requireDigest: boolean;
  /** Expressions that must be true of an offer, from every layer. */
  readonly require: readonly Layered<Requirement>[];
  readonly weights: Weights;
  readonly users: readonly Users[];
  /** In order of preference; empty: all offers are of one tier. */
  readonly tiers: readonly Tier[];
  /** Tiers of every layer that has some: an offer that one of them reaches in no tier is refused. */
  readonly within: readonly Layered<Within>[];
  readonly spread?: Spread | undefined;
  readonly movement: Movement;
  readonly failover: Failover;
  readonly whenViolated: "report" | "move";
  readonly rules: ChangeRules["rules"];
  readonly freezes: ChangeRules["freezes"];
  /** Hard field -> names of the policies that speak of it; a field that is absent comes from the one of this name. */
  readonly by?: Readonly<Record<string, string>> | undefined;
  /** The lists that documents of several layers say, each as it stands there: whoever is refused is told whose it is. */
  readonly lists?: readonly SaidList[] | undefined;
}

/** Fields whose lists allow something. */
export const LIST_FIELDS = [
  "providers",
  "targets",
  "regions",
  "jurisdictions",
  "registries",
  "arch",
] as const;

/** A list as the policy of this name has it. */
export interface SaidList {
  readonly field: (typeof LIST_FIELDS)[number];
  readonly by: string;
  readonly list: readonly string[];
}

/** An expression that must be true of an offer, or it is refused with the message. */
export interface Requirement {
  readonly name: string;
  /** CEL over `offer, needs, workload, incumbent, now`. */
  readonly when: string;
  readonly message: string;
}

/** The tiers of one layer, as a bound: what none of them takes in is refused. */
export interface Within {
  readonly tiers: readonly Tier[];
}

/** What holds where nobody has said anything. */
export const DEFAULT_POLICY: Policy = {
  name: "default",
  spot: "forbid",
  maxUsdPerMonth: {},
  minimumFidelity: "emulated",
  allowPlainHttp: false,
  requireDigest: false,
  require: [],
  weights: { cost: 0.7, latency: 0.3, carbon: 0, fidelity: 0.2, stability: 0.1 },
  users: [],
  tiers: [],
  within: [],
  movement: { minimumSavingPercent: 15, cooldownMinutes: 60, maxPerHour: 10 },
  failover: { purge: "graceful", failback: false },
  whenViolated: "report",
  rules: [],
  freezes: [],
};

/** What `berth compare` uses: everything that can be bought is shown, and what it costs in fidelity beside it. */
export const COMPARE_POLICY: Policy = {
  ...DEFAULT_POLICY,
  name: "compare",
  spot: "allow",
  allowPlainHttp: true,
};
