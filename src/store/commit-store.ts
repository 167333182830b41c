import type { Plan, Trigger, Unit } from "../domain/plan.ts";
import type { CommitMoney } from "./money.ts";
import type { NewEvent, Override, Revision, Scope, Workload } from "./records.ts";

/** Everything one deploy writes, in one batch, compared against the generation it was decided from. */
export interface Commit {
  readonly plan: Plan;
  /** Undefined when the workload must not exist yet. */
  readonly expectedGeneration: number | undefined;
  readonly workload: Omit<Workload, "generation" | "plan" | "state" | "updatedAt">;
  readonly revision: Revision;
  /** Units this plan wants that the store has not seen yet. */
  readonly newUnits: readonly Unit[];
  /** Units kept, whose replicas change in place. */
  readonly rescaled: readonly { readonly id: string; readonly replicas: Unit["replicas"] }[];
  readonly override?: Override | undefined;
  /** Commit only while fewer than `count` plans of the project with these triggers and this actor were committed since. */
  readonly atMost?: AtMost | undefined;
  /** What its units cost and what it may cost a month; without it nothing of either is written. */
  readonly money?: CommitMoney | undefined;
  readonly events: readonly NewEvent[];
  readonly now: number;
}
export interface AtMost {
  readonly count: number;
  readonly triggers: readonly Trigger[];
  readonly actor: string;
  readonly since: number;
}
export type CommitResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly generation: number | undefined };

/** What became of one of many: in force, lost to another, or refused by an error that `commit` would have thrown. */
export type CommitOutcome = CommitResult | { readonly ok: false; readonly error: unknown };

/** The part of the store that puts plans in force. */
export interface CommitStore {
  /**
   * One batch; a tripwire aborts all of it when another commit won, or when a unit it keeps is no longer wanted. `plan.generation`
   * must be one more than `lastGeneration`. Ok also when this very plan is committed already: a lost answer is no conflict.
   * Throws `budget-exceeded`, with the numbers, when what it reserves would pass a budget's cap.
   */
  commit(scope: Scope, commit: Commit): Promise<CommitResult>;
  /**
   * Up to 500 commits, each of a workload of its own, in as few batches as will do; an outcome for each, in order. Each is compared and
   * set as `commit` does it: a loser writes nothing, is told so, and keeps none of the others from being written.
   */
  commitMany(scope: Scope, commits: readonly Commit[]): Promise<readonly CommitOutcome[]>;
}
