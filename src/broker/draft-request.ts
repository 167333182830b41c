import type { Plan, Trigger, Yield } from "../domain/plan.ts";
import type { Source } from "../domain/spec.ts";
import type { PolicyRules } from "../policy/policy-rules.ts";
import type { Override, PlaceMatch } from "../store/store.ts";
import type { ImagesFrom } from "./images.ts";
import type { ReadSpec } from "./read-spec.ts";

/** What a plan is asked for: the spec as read, why, and what bounds where it may go. */
export interface DraftRequest extends ReadSpec {
  readonly trigger: Trigger;
  readonly reason: string;
  readonly source?: Source | undefined;
  /** Keep no unit: start everything anew. */
  readonly fresh: boolean;
  readonly images: ImagesFrom;
  /** A pin that this very plan lays down, beside those already in force. */
  readonly pin?: PlaceMatch | undefined;
  /** An override that this very plan lays down. */
  readonly lays?: Override | undefined;
  /** Passes freezes, approvals, price caps and budgets; what it costs is reserved all the same. */
  readonly emergency?: Plan["emergency"];
  /** A what-if policy in place of the project's. */
  readonly policy?: PolicyRules | undefined;
  /** Take policies that leave no place as they are, for looking only. */
  readonly contradictory?: boolean | undefined;
  /** Offers and hosts that have just said no. */
  readonly avoidOffers?: readonly string[] | undefined;
  readonly avoidHosts?: readonly string[] | undefined;
  /** Names of targets that let nothing begin now. */
  readonly avoidTargets?: readonly string[] | undefined;
  /** What it leaves to others of the change it was decided in. */
  readonly yields?: readonly Yield[] | undefined;
  /** The id, change and deadline of the plan this one continues. */
  readonly id?: string | undefined;
  readonly changeId?: string | undefined;
  readonly deadlineAt?: number | undefined;
}
