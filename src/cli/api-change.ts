import type { PlanView } from "./api.ts";

/** What `POST /v1/changes` and `GET /v1/changes/{id}` answer. */
export interface ChangeAnswer {
  readonly change: ChangeView;
}

/** Plans that were decided together, as the API shows them. Times are ISO 8601. */
export interface ChangeView {
  readonly id: string;
  /** The worst of its plans' states. */
  readonly state: PlanView["state"];
  readonly actor: string;
  readonly environment: string;
  readonly createdAt: string;
  /** USD a month of all its workloads, before and after. */
  readonly price?: {
    readonly beforeUsd: string;
    readonly expectedUsd: string;
    readonly ceilingUsd: string;
  };
  /** How good the places are together. */
  readonly packing: {
    /** No other choice of places is better. */
    readonly proven: boolean;
    /** How much better any other choice could be at the most. */
    readonly withinPercent: string;
  };
  /** By priority, then by name; where nothing changes, the plan that is in force. */
  readonly plans: readonly MemberView[];
}

/** One workload's plan of a change, and why it is where it is beside the others. */
export interface MemberView extends PlanView {
  readonly because: string;
}
