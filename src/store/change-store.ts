import type { Plan } from "../domain/plan.ts";
import type { Source } from "../domain/spec.ts";
import type { Commit } from "./commit-store.ts";
import type { NewEvent, Scope } from "./records.ts";

/** Plans that were decided together: what a dry run has shown, or what was committed as one. */
export interface StoredChange {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly actor: string;
  readonly source?: Source | undefined;
  readonly state: "proposed" | "committed";
  /** In the order in which they were decided: by priority, then by name. */
  readonly members: readonly ChangeMember[];
  /** How good the places are together: what the workloads' totals add up to, and what no other choice of places could pass. */
  readonly packing: { readonly total: number; readonly bound: number; readonly proven: boolean };
  /** What all its workloads were expected to cost before it, are expected to cost, and may at most; USD a month. */
  readonly price: { readonly beforeUsd: string; readonly expectedUsd: string; readonly ceilingUsd: string };
  readonly createdAt: number;
}

/** One workload of a change. */
export interface ChangeMember {
  readonly workload: string;
  /** Its plan of this change; where nothing changes, the one that was in force. */
  readonly plan: string;
  /** Why it is where it is, beside the others. */
  readonly because: string;
}

/** A plan that waits, as `holdPlan` takes it. */
export interface HeldWithin {
  readonly plan: Plan;
  readonly lookAt: number;
  readonly events: readonly NewEvent[];
}

/** Everything a change writes. */
export interface ChangeCommit {
  readonly change: StoredChange;
  readonly commits: readonly Commit[];
  readonly held: readonly HeldWithin[];
}

/** What became of a change. A refused one has written nothing: `refused` says of each workload that stood against it why. */
export type ChangeResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly refused: readonly {
        readonly workload: string;
        /** Somebody was first: the generation that the workload is at now. */
        readonly generation?: number | undefined;
        /** What `commit` would have thrown. */
        readonly error?: unknown;
      }[];
    };

/** The part of the store that keeps changes of several workloads. */
export interface ChangeStore {
  /** Keeps a dry run and its plans, all in one batch, so that it can be committed as shown. */
  proposeChange(scope: Scope, change: StoredChange, plans: readonly Plan[]): Promise<void>;
  /**
   * All of a change in one batch, or nothing: each commit is compared and set as `commit` does it, each held plan is kept as `holdPlan`
   * does it, and the change's row becomes `committed`. Ok also when this very change is committed already: a lost answer is no conflict.
   */
  commitChange(scope: Scope, change: ChangeCommit): Promise<ChangeResult>;
  change(project: string, id: string): Promise<StoredChange | undefined>;
  /** Plans by their ids, at most `MAX_MEMBERS`, in the order of the list; one that is gone is left out. */
  plansById(project: string, ids: readonly string[]): Promise<readonly Plan[]>;
}

/** The most workloads of one change. */
export const MAX_MEMBERS = 50;
