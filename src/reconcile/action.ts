import type { PlanState, Trigger, Unit } from "../domain/plan.ts";
import type { Scheduled, StoredUnit, Upstream } from "../store/store.ts";

/** One thing to do next. Every action has a reason. */
export type Action =
  | { readonly do: "apply"; readonly unit: Unit; readonly because: string }
  | { readonly do: "scale"; readonly unit: Unit; readonly because: string }
  | { readonly do: "probe"; readonly unit: StoredUnit; readonly because: string }
  | { readonly do: "shift"; readonly upstreams: readonly Upstream[]; readonly because: string }
  | { readonly do: "doom"; readonly unit: StoredUnit; readonly because: string }
  | { readonly do: "destroy"; readonly unit: StoredUnit; readonly because: string }
  | {
      /** A moment of a job's schedule: what becomes of it is settled once. */
      readonly do: "fire";
      readonly scheduled: Scheduled;
      /** The moment a run begins for; absent where none does. */
      readonly runFor?: number | undefined;
      /** Runs that are under way are asked to end. */
      readonly replaces: boolean;
      readonly because: string;
    }
  | { readonly do: "replan"; readonly request: Replan; readonly because: string }
  | { readonly do: "finish"; readonly end: End; readonly because: string };

/** What a new plan must do that this one cannot. */
export interface Replan {
  readonly trigger: Extract<Trigger, "deploy" | "failover" | "rollback" | "migrate">;
  /** Offers that have just said no, and hosts that do not answer. */
  readonly avoidOffers: readonly string[];
  readonly avoidHosts: readonly string[];
  /** The revision to go back to, for a rollback. */
  readonly revision?: string | undefined;
  /** Units whose setback must be kept when there is no other place. */
  readonly units: readonly string[];
}

/** How a plan ends. `restore` puts the parent in force again; `remove` lets the workload's row go. */
export interface End {
  readonly state: Extract<PlanState, "ready" | "rolled-back" | "failed" | "aborted">;
  readonly restore?: string | undefined;
  readonly remove?: boolean | undefined;
  readonly logTail: readonly string[];
}

/** What `decide` answers: what to do, when to look again by itself, and what is being waited for. */
export interface Decision {
  readonly actions: readonly Action[];
  readonly wakeAt?: number | undefined;
  readonly waits: readonly string[];
  /** Targets (by id) to look at soon: something waits for a fresh sighting. */
  readonly looks?: readonly string[] | undefined;
}
