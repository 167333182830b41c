import type { Refusal } from "../domain/feature.ts";
import type { Place } from "../domain/place.ts";
import type { Scope } from "./records.ts";

/** How far moving a workload away has come, where its policy says so. */
export interface PendingMove {
  /** When it is tried next, ms. */
  readonly at: number;
  /** Times it was tried under this version of the policy and this plan. */
  readonly tries: number;
  /** The plan of the last time, whatever became of it. */
  readonly plan?: string | undefined;
}

/** A workload that runs where a policy forbids it. */
export interface StoredViolation {
  readonly environment: string;
  readonly workload: string;
  /** The stored policy that forbids it, and in which version. */
  readonly policy: string;
  readonly version: number;
  /** The plan that was in force when it was judged. */
  readonly plan: string;
  readonly place: Place;
  readonly reasons: readonly Refusal[];
  /** When it was first found so under this plan, ms. */
  readonly since: number;
  /** Absent where the policy only reports. */
  readonly move?: PendingMove | undefined;
}

/** One of any tenant. */
export interface DueMove extends StoredViolation {
  readonly project: string;
  readonly move: PendingMove;
}

/** How far the look at all that runs in a project has come. */
export interface FleetReview {
  readonly project: string;
  /** What was in force when it began, as a hash. */
  readonly mark: string;
  /** The last workload that was looked at, empty at the beginning; absent when the look is complete. */
  readonly after?: string | undefined;
}

/** What runs against a policy. Only what is true of the plan in force is ever answered. */
export interface ViolationStore {
  /**
   * Notes what a workload was found to violate. The same finding again writes nothing; false then. A move that was tried under the same
   * plan and version goes on counting, and keeps its time; any other begins as given.
   */
  noteViolation(project: string, violation: StoredViolation): Promise<boolean>;
  /** The workload was found in order; false when nothing was noted of it. */
  clearViolation(scope: Scope, workload: string): Promise<boolean>;
  /** By environment and workload; of one policy where one is given. */
  violations(
    project: string,
    query: { readonly policy?: string | undefined; readonly limit: number },
  ): Promise<readonly StoredViolation[]>;

  /** Moves of every tenant whose time has come, the longest due first. */
  movesDue(now: number, limit: number): Promise<readonly DueMove[]>;
  /**
   * Begins one more try of a move, with the plan it will make, and says when the next one is. False, and nothing is written, when
   * somebody else has begun it, or it is over.
   */
  beginMove(due: DueMove, plan: string, nextAt: number): Promise<boolean>;
  /** Try at another time; a move that is over stays so. */
  putOffMove(due: DueMove, at: number): Promise<void>;

  /** The look at a project's fleet; undefined where there never was one. */
  fleetReview(project: string): Promise<FleetReview | undefined>;
  putFleetReview(review: FleetReview): Promise<void>;
  /** Those that are not complete, by project. */
  openFleetReviews(limit: number): Promise<readonly FleetReview[]>;
}
