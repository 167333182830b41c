import type { Trouble } from "../domain/fault.ts";
import type { Observation } from "../domain/observation.ts";
import type { PlanState, Unit } from "../domain/plan.ts";
import type { ResolvedImage } from "../domain/resolved-image.ts";
import type { Source, Spec } from "../domain/spec.ts";

/** Tenant and environment: every row of a workload is keyed by them, and no call works without. `project` is the project's id. */
export interface Scope {
  readonly project: string;
  readonly environment: string;
}

export interface Workload {
  readonly project: string;
  readonly environment: string;
  readonly name: string;
  /** Random and immutable; part of every unit's id. */
  readonly id: string;
  /** The document as the user wrote it (JSON), before defaults. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly revision: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Number of the last committed plan: what a commit compares against. */
  readonly generation: number;
  /** The plan in force: the one `decide` works towards. After a rollback it is the parent again. */
  readonly plan: string;
  /** Highest `source.sequence` accepted. */
  readonly sequence?: number | undefined;
  /** Units count their attempts from here: those of lower ones that are gone are forgotten, and their ids are spent. 0 when absent. */
  readonly firstAttempt?: number | undefined;
  readonly state: PlanState;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Revision {
  readonly hash: string;
  readonly number: number;
  readonly spec: Spec;
  readonly document: Readonly<Record<string, unknown>>;
  readonly digest?: string | undefined;
  /** What its images were resolved to, so that going back to it runs the same bytes. */
  readonly images?: readonly ResolvedImage[] | undefined;
  readonly source?: Source | undefined;
  readonly createdAt: number;
}

/** What an operator laid over the spec until a time. Every later plan obeys it and names it. */
export interface Override {
  readonly pin?: PlaceMatch | undefined;
  readonly avoid?: PlaceMatch | undefined;
  readonly scale?: { readonly min: number; readonly max: number } | undefined;
  readonly reason: string;
  readonly actor: string;
  readonly until?: number | undefined;
  readonly createdAt: number;
}
export interface PlaceMatch {
  readonly provider?: string | undefined;
  readonly target?: string | undefined;
  readonly region?: string | undefined;
}

/** A unit with its one-way state and what the last looks and calls said. */
export interface StoredUnit {
  readonly unit: Unit;
  /** Id of the target it is on, settled at commit: names may be given anew. The store always sets it. */
  readonly targetId?: string | undefined;
  readonly state: "wanted" | "doomed" | "gone";
  readonly doomedBecause?: string | undefined;
  readonly doomedAt?: number | undefined;
  /** When the provider call that creates it first succeeded. */
  readonly appliedAt?: number | undefined;
  /** Replicas last sent to the provider, so that a change of scale is seen. */
  readonly appliedReplicas?: { readonly min: number; readonly max: number } | undefined;
  readonly observation?: Observation | undefined;
  /** When the observation was stored, or last confirmed by a complete sweep; broker clock. */
  readonly observedAt?: number | undefined;
  /** Last probe over the path that traffic takes. */
  readonly probe?:
    | { readonly ok: boolean; readonly at: number; readonly reason?: string | undefined }
    | undefined;
  readonly setback?: Setback | undefined;
}

/** What went wrong last time with a unit. `notBefore` is when to try again; absent when only a person or a new plan can help. */
export interface Setback {
  readonly kind: Trouble;
  readonly message: string;
  readonly attempts: number;
  readonly notBefore?: number | undefined;
  /** Since when the unit's removal is refused in a way that waiting does not cure, ms: then something is left that costs money. */
  readonly cleanupBlockedSince?: number | undefined;
}

export interface BrokerEvent {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly actor: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}
export type NewEvent = Omit<BrokerEvent, "seq">;
