import type { Billing, Price, Shape } from "../domain/offer.ts";
import type { Place } from "../domain/place.ts";
import type { LayerRef } from "../domain/layer.ts";
import type {
  Explanation,
  Hold,
  Passed,
  PlanState,
  RankedOffer,
  RejectedOffer,
  Trigger,
  Warning,
} from "../domain/plan.ts";
import type { Source } from "../domain/spec.ts";

/** A plan as the API shows it. Times are ISO 8601. */
export interface PlanView {
  readonly id: string;
  readonly state: PlanState;
  readonly stateReason?: string;
  readonly workload: string;
  readonly environment: string;
  readonly generation: number;
  readonly parent?: string;
  readonly trigger: Trigger;
  readonly actor: string;
  readonly reason: string;
  readonly source?: Source;
  readonly revision: string;
  readonly units: readonly PlannedUnit[];
  readonly price?: Price;
  readonly incumbent?: Explanation["incumbent"];
  readonly overrides: readonly string[];
  readonly layers?: readonly LayerRef[];
  readonly holds?: readonly HoldView[];
  readonly passed?: readonly PassedView[];
  readonly emergency?: { readonly reason: string };
  readonly hash?: string;
  readonly receipt?: string;
  readonly warnings: readonly Warning[];
  readonly logTail: readonly string[];
  readonly createdAt: string;
  readonly deadlineAt: string;
  readonly endedAt?: string;
}

/** What a plan waits for. */
export interface HoldView extends Omit<Hold, "until"> {
  readonly until?: string;
}

/** A rule that an exception or an emergency passed. */
export interface PassedView extends Omit<Passed, "by"> {
  readonly by:
    | {
        readonly exception: string;
        readonly until: string;
        readonly requester?: string;
        readonly approvers?: readonly string[];
        readonly approver?: string;
      }
    | { readonly emergency: string };
}

export interface PlannedUnit {
  readonly id: string;
  readonly name: string;
  readonly place: Place;
  readonly at: string;
  readonly offer?: string;
  readonly shape: Shape;
  readonly billing: Billing;
  readonly replicas: { readonly min: number; readonly max: number };
  readonly birth: number;
}

/** A placement as the API shows it. */
export interface PlacementParts {
  readonly policy: string;
  readonly ranked: readonly RankedOffer[];
  readonly rejected: readonly RejectedOffer[];
  readonly omitted?: Explanation["omitted"];
}

/** What a dry run answers. */
export interface DryRun extends PlacementParts {
  readonly plan: PlanView;
}

/** What `GET /v1/plans/{id}` answers: the plan, with the placement it came from. */
export interface PlanDocument extends PlanView, PlacementParts {}

/** What `GET /v1/plans/{id}/receipt?texts=true` answers, as far as a replay needs it. */
export interface ReceiptView {
  readonly plan: string;
  readonly hash: string;
  readonly createdAt: string;
  readonly keptUntil: string;
  readonly complete: boolean;
  readonly gone?: string;
  readonly texts: { readonly manifest: string; readonly parts: Readonly<Record<string, string>> };
}

export interface WorkloadSummary {
  readonly name: string;
  readonly environment: string;
  readonly state: PlanState;
  readonly generation: number;
  readonly revision: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface WorkloadView extends WorkloadSummary {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly overrides: readonly OverrideView[];
  readonly plan?: PlanView;
  readonly units: readonly UnitView[];
  readonly source?: Source;
  /** What should be gone and cannot be removed before somebody helps. */
  readonly cleanupBlocked?: readonly {
    readonly unit: string;
    readonly at: string;
    readonly since: string;
    readonly reason: string;
    readonly usdPerMonth?: string;
  }[];
  readonly spend?: { readonly month: string; readonly usd: string; readonly estimatedUsd: string };
}

export interface OverrideView {
  readonly pin?: Readonly<Record<string, string>>;
  readonly avoid?: Readonly<Record<string, string>>;
  readonly scale?: { readonly min: number; readonly max: number };
  readonly reason: string;
  readonly actor: string;
  readonly until?: string;
}

export interface UnitView {
  readonly id: string;
  readonly name: string;
  readonly at: string;
  readonly place: Place;
  readonly state: "wanted" | "doomed" | "cleanup-blocked" | "gone";
  readonly wanted: boolean;
  readonly because?: string;
  readonly phase?: string;
  readonly ready: number;
  readonly replicas: { readonly min: number; readonly max: number };
  readonly restarts: number;
  readonly reason?: string;
  readonly observedAt?: string;
}

export interface EventView {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly actor: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface RevisionView {
  readonly revision: string;
  readonly number: number;
  readonly image: string;
  readonly digest?: string;
  readonly source?: Source;
  readonly createdAt: string;
}

export interface LogLine {
  readonly at?: string;
  readonly stream?: string;
  readonly line: string;
  readonly container?: string;
  readonly unit: string;
}
