import type { Refusal } from "../domain/feature.ts";
import type { Place } from "../domain/place.ts";
import type { Scope } from "./store.ts";

/** A workload that runs where a changed policy forbids it. */
export interface StoredViolation {
  readonly environment: string;
  readonly workload: string;
  /** The stored policy whose change was judged, and in which version. */
  readonly policy: string;
  readonly version: number;
  /** The plan that was in force when it was judged. */
  readonly plan: string;
  readonly place: Place;
  readonly reasons: readonly Refusal[];
  /** When it was first found so under this plan, ms. */
  readonly since: number;
}

/** What runs against a policy. Only what is true of the plan in force is ever answered. */
export interface ViolationStore {
  /** Notes what a workload was found to violate. The same finding again writes nothing; false then. */
  noteViolation(project: string, violation: StoredViolation): Promise<boolean>;
  /** The workload was found in order; false when nothing was noted of it. */
  clearViolation(scope: Scope, workload: string): Promise<boolean>;
  /** By environment and workload; of one policy where one is given. */
  violations(
    project: string,
    query: { readonly policy?: string | undefined; readonly limit: number },
  ): Promise<readonly StoredViolation[]>;
}
