import type { LayerRef } from "../../domain/layer.ts";

/** The kinds of change that a rule or a freeze can speak of. */
export const CHANGE_KINDS = [
  "deploy",
  "migrate",
  "rollback",
  "failover",
  "rebalance",
  "drain",
  "scale",
  "destroy",
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** One rule over changes: when its expression holds of a change, its effect does. */
export interface ChangeRule {
  readonly name: string;
  readonly on: readonly ChangeKind[];
  /** CEL over `change, actor, source, image, environment, workload, now`; absent speaks of every change it is `on`. */
  readonly when?: string | undefined;
  readonly effect: "deny" | "approve" | "warn";
  /** `audit` only writes down what the rule would have done; `enforce` when left out. */
  readonly mode?: "enforce" | "audit" | undefined;
  readonly message: string;
  /** How many people must approve; 1 when left out. */
  readonly approvals?: number | undefined;
}

/** A time in which changes wait. Either `from` and `until` (ms), or a cron `schedule` that opens it for `hours` in a time zone. */
export interface FreezeRule {
  readonly name: string;
  /** Absent: every change a person or a pipeline makes, and every rebalance; failover and drain only where they are named. */
  readonly on?: readonly ChangeKind[] | undefined;
  readonly message: string;
  readonly window:
    | { readonly from: number; readonly until: number }
    | { readonly schedule: string; readonly hours: number; readonly timeZone: string };
}

/** A rule or a freeze together with the layer that says it: they add up over all layers. */
export type Layered<T> = T & { readonly layer: LayerRef };

/** Everything a policy says about whether a change may happen, over all its layers. */
export interface ChangeRules {
  readonly rules: readonly Layered<ChangeRule>[];
  readonly freezes: readonly Layered<FreezeRule>[];
}
