import type { LayerRef } from "./layer.ts";
import type { Offer, Price, Shape } from "./offer.ts";
import type { Place } from "./place.ts";
import type { Refusal } from "./feature.ts";
import type { ResolvedImage } from "./resolved-image.ts";
import type { Health, Job, Rollout, RouteSpec, Sidecar, Source, Spec } from "./spec.ts";

export const PLAN_STATES = [
  "proposed",
  "held",
  "pending",
  "progressing",
  "ready",
  "rolled-back",
  "failed",
  "aborted",
  "superseded",
  "expired",
] as const;
export type PlanState = (typeof PLAN_STATES)[number];

export type Trigger =
  | "deploy"
  | "rollback"
  | "migrate"
  | "failover"
  | "rebalance"
  | "drain"
  | "policy"
  | "secret"
  | "destroy";

/** Why a plan may stop a serving unit before its replacement serves. Fixed at commit. */
export type StopReason = "removed" | "scaled-in" | "stopped" | "stop-first" | "purged";

/** What a container is made of: the part of a spec whose change makes a new unit. Secrets are references with versions. */
export type Template = Pick<
  Spec,
  | "name"
  | "kind"
  | "image"
  | "entrypoint"
  | "args"
  | "env"
  | "secrets"
  | "files"
  | "resources"
  | "ports"
  | "volumes"
  | "user"
  | "workingDir"
  | "stopGraceSeconds"
  | "singleton"
  | "unreachable"
  | "labels"
  | "x-ecs"
  | "x-aci"
  | "x-cloud-run"
> & {
  readonly route?:
    | (Pick<RouteSpec, "port" | "protocol" | "access"> & {
        /** Only where it is asked for, so that a place without such a thing has nothing to change. */
        readonly sticky?: true | undefined;
      })
    | undefined;
  /** Requests one replica takes at once, where the spec says: a limit at places that have one. */
  readonly concurrency?: number | undefined;
  readonly health: Health;
  /** Each with its image pinned to its digest, where that was resolved. */
  readonly sidecars: readonly TemplateSidecar[];
  /** `sha256:...` once resolved; absent when the registry was out of reach and the tag stays. */
  readonly digest?: string | undefined;
  /**
   * The image's own entrypoint, for places that cannot take args without one; absent where it is not known. The digest says it already,
   * so it is no part of a unit's id.
   */
  readonly imageEntrypoint?: readonly string[] | undefined;
};

/** A sidecar as a container is made of it. `imageEntrypoint` as in the template. */
export type TemplateSidecar = Sidecar & { readonly imageEntrypoint?: readonly string[] | undefined };

/** One decided piece of a plan: these replicas, on that offer. A new key is a new provider-side resource beside the old one. */
export interface Unit {
  readonly id: string;
  /** Provider-side name: `b` and 24 base32 characters of the id. */
  readonly name: string;
  readonly project: string;
  readonly environment: string;
  readonly workload: string;
  /** Generation of the plan that first wanted it. */
  readonly birth: number;
  readonly revision: string;
  readonly place: Place;
  readonly offer: string;
  readonly shape: Shape;
  readonly billing: Offer["billing"];
  readonly ordinal: number;
  readonly attempt: number;
  /** The only part of a unit that may change in place. */
  readonly replicas: { readonly min: number; readonly max: number };
  readonly template: Template;
}

export interface PlanBody {
  readonly units: readonly Unit[];
  /** Units of the parent that this plan stops early, and why. */
  readonly stops: Readonly<Record<string, StopReason>>;
  readonly rollout: Rollout;
  readonly route?: RouteSpec | undefined;
  readonly revision: string;
  /** What its images were resolved to; one that keeps its tag is not among them. */
  readonly images?: readonly ResolvedImage[] | undefined;
  readonly price?: Price | undefined;
  readonly explanation: Explanation;
  readonly warnings: readonly Warning[];
  /** How long a silent host of this plan is waited for, where its policy says so. */
  readonly failover?: { readonly tolerationSeconds: number } | undefined;
  /** How its runs go; only of a job. */
  readonly job?: Job | undefined;
}

export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** What a plan waits for before it may be committed. */
export interface Hold {
  readonly kind: "approval" | "freeze" | "budget";
  /** Name of the rule, freeze or budget that holds it. */
  readonly rule: string;
  readonly message: string;
  /** The layer whose rule it is; absent for a budget. */
  readonly layer?: LayerRef | undefined;
  /** When it lapses by itself, ms; absent when that is not known or only a person can end it. */
  readonly until?: number | undefined;
  /** How many people, each other than the author, must approve. */
  readonly approvals?: number | undefined;
}

/** What would have stopped a plan and did not: a granted exception, or an emergency. Kept with the plan. */
export interface Passed {
  readonly rule: string;
  readonly layer?: LayerRef | undefined;
  readonly by:
    | {
        readonly exception: string;
        readonly until: number;
        readonly requester?: string | undefined;
        /** Everybody else who agreed to it. */
        readonly approvers?: readonly string[] | undefined;
        /** In plans from before all were kept: who agreed first, or asked for it where nobody had to agree. */
        readonly approver?: string | undefined;
      }
    | { readonly emergency: string };
}

/** A placement as it is stored with a plan and shown to people. */
export interface Explanation {
  readonly ranked: readonly RankedOffer[];
  readonly rejected: readonly RejectedOffer[];
  readonly policy: string;
  /** The layers the policy was made of, widest first. */
  readonly layers?: readonly LayerRef[] | undefined;
  readonly incumbent?:
    | { readonly place: Place; readonly stays: boolean; readonly because: string }
    | undefined;
  /** Overrides that shaped this placement, in words. */
  readonly overrides: readonly string[];
  /** What was left out where there were too many to keep; the groups count every rejected offer. */
  readonly omitted?:
    | { readonly ranked: number; readonly rejected: number; readonly groups: readonly RejectedGroup[] }
    | undefined;
}

/** Offers refused for exactly the same reasons. */
export interface RejectedGroup {
  readonly offers: number;
  readonly reasons: readonly Refusal[];
}

export interface RankedOffer {
  readonly offer: Offer;
  readonly total: number;
  readonly scores: Readonly<Record<string, number>>;
  /** The tier of the policy it is ranked in, where there are tiers. */
  readonly tier?: string | undefined;
  /** What was not known and how it was counted, as sentences. */
  readonly notes?: readonly string[] | undefined;
}

/** A refused offer keeps every reason. One that never became an offer (an adapter that failed) has only id and place. */
export interface RejectedOffer {
  readonly offer: Offer | { readonly id: string; readonly place: Place };
  readonly reasons: readonly Refusal[];
}

/** What a dry run or a held plan was made from. One made with a what-if policy can never be committed. */
export interface Proposal {
  readonly document: Readonly<Record<string, unknown>>;
  readonly whatIf: boolean;
  /** Of a held plan: what else was asked for. Absent for a dry run. */
  readonly request?:
    | {
        readonly fresh: boolean;
        readonly pin?: PlacePattern | undefined;
        /** When the pin that a migration leaves ends by itself, ms. */
        readonly pinUntil?: number | undefined;
        readonly avoidOffers?: readonly string[] | undefined;
        readonly avoidHosts?: readonly string[] | undefined;
        readonly yields?: readonly Yield[] | undefined;
      }
    | undefined;
  /** Everybody who asked for it: none of them can approve it. */
  readonly authors?: readonly { readonly actor: string; readonly token: string }[] | undefined;
}

/** What a workload leaves of some offers to others that it was decided together with. */
export interface Yield {
  readonly offers: readonly string[];
  /** The most replicas it may have there. */
  readonly replicas?: number | undefined;
  /** Why it may have none. */
  readonly reasons: readonly Refusal[];
}

/** Places by what they have in common; a field that is absent matches everything. */
interface PlacePattern {
  readonly provider?: string | undefined;
  readonly target?: string | undefined;
  readonly region?: string | undefined;
}

export interface Plan extends PlanBody {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly workload: string;
  readonly generation: number;
  readonly parent?: string | undefined;
  readonly trigger: Trigger;
  readonly actor: string;
  readonly reason: string;
  readonly changeId: string;
  readonly source?: Source | undefined;
  /** Id of the token the actor used; absent for what Berth does by itself. */
  readonly token?: string | undefined;
  /** What a plan that is not committed was made from, so that it can be drafted anew. */
  readonly proposal?: Proposal | undefined;
  /** What it waits for; absent or empty for a plan that may be committed. */
  readonly holds?: readonly Hold[] | undefined;
  /** Rules that an exception or an emergency passed. */
  readonly passed?: readonly Passed[] | undefined;
  /** Why it passes freezes, approvals, budgets and price caps. */
  readonly emergency?: { readonly reason: string } | undefined;
  /** Content hash of everything an approver agrees to: workload, units with templates, route, rollout, price, layers. */
  readonly hash?: string | undefined;
  /** Content hash of the receipt it can be replayed from. */
  readonly receipt?: string | undefined;
  /** Offers that had just refused this workload when the plan was made, so that the next one does not go back to them. */
  readonly refusedOffers?: readonly string[] | undefined;
  readonly state: PlanState;
  /** Why the plan is in this state: the failure's sentence, or what a hold waits for. */
  readonly stateReason?: string | undefined;
  /** Who asked that it be given up while it was under way, and why. */
  readonly abort?: { readonly actor: string; readonly reason: string } | undefined;
  /** Last log lines of the container that failed it. */
  readonly logTail: readonly string[];
  readonly createdAt: number;
  /** When a rollout that is still not ready ends by itself. */
  readonly deadlineAt: number;
  readonly endedAt?: number | undefined;
}
