import type { Observation } from "../domain/observation.ts";
import type { Plan, PlanState, Unit } from "../domain/plan.ts";
import type { ChangeStore } from "./change-store.ts";
import type { CommitStore } from "./commit-store.ts";
import type { HistoryStore } from "./history-store.ts";
import type { InstanceStore } from "./instance.ts";
import type { IssuerKeyStore } from "./issuer-keys.ts";
import type { ViolationStore } from "./violation-store.ts";
import type { TrafficStore } from "./traffic-store.ts";
import type { WhetherStore } from "./whether.ts";
import type { PriceStore } from "./prices.ts";
import type { PolicyStore } from "./policy-store.ts";
import type { ReceiptStore } from "./receipt-store.ts";
import type { RegistryStore } from "./registry-store.ts";
import type { Route } from "./route.ts";
import type { ClaimedRuns, RunStore, ScheduleProgress, UnitAt } from "./run-store.ts";
import type { MoneyStore } from "./money.ts";
import type {
  BrokerEvent,
  NewEvent,
  Override,
  Revision,
  Scope,
  Setback,
  StoredUnit,
  Workload,
} from "./records.ts";
import type { SecretStore } from "./secret-store.ts";

export * from "./change-store.ts";
export type * from "./commit-store.ts";
export * from "./history-store.ts";
export * from "./secret-store.ts";
export type { BilledCursor, BilledQuery, LedgerQuery, PricedAt } from "./money.ts";
export type * from "./records.ts";
export type { IssuerKey, IssuerKeyStore } from "./issuer-keys.ts";
export type { StoredPolicy } from "./policy-store.ts";
export type { DueMove, FleetReview, StoredViolation } from "./violation-store.ts";
export type { CatalogState, PriceStore, StatedInForce, StoredBook, StoredRates } from "./prices.ts";
export type { Route, Upstream } from "./route.ts";
export type * from "./run-store.ts";
export type { StoredReceipt } from "./receipt-store.ts";
export type { StoredLogin } from "./registry-store.ts";

/** A due workload, leased. `fence` goes into every write; a stale one writes nothing. */
export interface Claim {
  readonly scope: Scope;
  readonly workload: Workload;
  readonly plan: Plan;
  /** The plan that was in force before `plan`, when there was one that still has units. */
  readonly parent?: Plan | undefined;
  readonly units: readonly StoredUnit[];
  readonly route?: Route | undefined;
  /** Its runs, where it is a job. */
  readonly runs?: ClaimedRuns | undefined;
  readonly fence: number;
  readonly leaseUntil: number;
}

/** What one pass of the reconciler writes, all of it or (when the fence is stale) none. */
export interface Progress {
  readonly units?: readonly {
    readonly id: string;
    readonly state?: "doomed" | "gone" | undefined;
    readonly because?: string | undefined;
    readonly appliedAt?: number | undefined;
    readonly appliedReplicas?: Unit["replicas"] | undefined;
    readonly probe?: StoredUnit["probe"];
    /** `null` clears it. */
    readonly setback?: Setback | null | undefined;
  }[];
  readonly observations?: readonly Observation[];
  /** `null` removes the route. */
  readonly route?: Omit<Route, "version"> | null | undefined;
  readonly plan?: {
    readonly id: string;
    readonly state: PlanState;
    readonly reason?: string | undefined;
    readonly logTail?: readonly string[] | undefined;
  };
  /** A moment of a job's schedule that is dealt with, and the run that it begins. */
  readonly schedule?: ScheduleProgress | undefined;
  /** Put this plan in force again (rollback). */
  readonly restorePlan?: string | undefined;
  /** The workload itself is gone: its row and route go, plans and events stay. */
  readonly removeWorkload?: boolean | undefined;
  readonly events?: readonly NewEvent[];
  /** Next time to look even if nothing happens; absent keeps the row out of the queue. Release happens with it. */
  readonly dueAt?: number | undefined;
  readonly release?: boolean | undefined;
  readonly now: number;
}

export interface WorkloadQuery {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly target?: string | undefined;
  readonly provider?: string | undefined;
  readonly region?: string | undefined;
  readonly state?: PlanState | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The persistence port: tenant data. `InstanceStore` holds what belongs to the installation. */
export interface Store
  extends
    ChangeStore,
    CommitStore,
    HistoryStore,
    InstanceStore,
    IssuerKeyStore,
    MoneyStore,
    PolicyStore,
    PriceStore,
    ReceiptStore,
    RegistryStore,
    RunStore,
    TrafficStore,
    SecretStore,
    ViolationStore,
    WhetherStore {
  workload(scope: Scope, name: string): Promise<Workload | undefined>;
  workloads(scope: Scope, query: WorkloadQuery): Promise<readonly Workload[]>;
  revisions(scope: Scope, workload: string, limit: number): Promise<readonly Revision[]>;
  revision(scope: Scope, workload: string, hash: string): Promise<Revision | undefined>;
  plan(project: string, id: string): Promise<Plan | undefined>;
  /** Committed plans, newest first. */
  plans(scope: Scope, workload: string, limit: number): Promise<readonly Plan[]>;
  /** A dry run, kept so that it can be committed as shown. */
  propose(scope: Scope, plan: Plan): Promise<void>;
  /** Units that are not gone. */
  units(scope: Scope, workload: string): Promise<readonly StoredUnit[]>;
  /** Every unit id ever used for this workload; ids are never reused. */
  unitIds(scope: Scope, workload: string): Promise<ReadonlySet<string>>;
  /** Number of the last plan ever committed under this name, 0 for none; it goes on counting when a name is used again. */
  lastGeneration(scope: Scope, workload: string): Promise<number>;
  overrides(scope: Scope, workload: string, now: number): Promise<readonly Override[]>;
  putOverride(scope: Scope, workload: string, override: Override): Promise<void>;
  clearOverrides(scope: Scope, workload: string): Promise<void>;
  events(scope: Scope, workload: string, after: number, limit: number): Promise<readonly BrokerEvent[]>;
  appendEvent(scope: Scope, workload: string, event: NewEvent): Promise<void>;

  /** Lease one workload that is due, of this project only where one is given. Safe among any number of processes. */
  claimDue(now: number, leaseMs: number, project?: string): Promise<Claim | undefined>;
  /** False when the fence was stale or a commit came in between: nothing was written; a `release` still gives the lease back. */
  record(claim: Claim, progress: Progress): Promise<boolean>;
  /** Make a workload due at `at` unless it is due earlier. */
  makeDue(scope: Scope, workload: string, at: number): Promise<void>;
  /** The earliest time anything is due, of this project only where one is given. */
  nextDue(project?: string): Promise<number | undefined>;
  /** Projects with a workload that is due and that nobody holds, the longest due first. */
  dueProjects(now: number, limit: number): Promise<readonly string[]>;

  /** Units with a row at this target (its id) that are not gone, over all tenants: for the sweep. */
  unitsAt(target: string): Promise<readonly UnitAt[]>;
  /** One unit at this target (its id), unless it is gone. */
  unitAt(target: string, id: string): Promise<StoredUnit | undefined>;
  /**
   * Store changed observations and make their workloads due; unchanged ones write nothing. Returns how many changed. With `host` it
   * is one agent's word on its own host: then `complete` speaks of that host only, and no unit of another host is touched.
   */
  observed(
    target: string,
    sighting: {
      readonly complete: boolean;
      readonly host?: string | undefined;
      readonly observations: readonly Observation[];
    },
    now: number,
  ): Promise<number>;

  /** One route by host, or by its three names. */
  routeByHost(host: string): Promise<Route | undefined>;
  routeByName(project: string, environment: string, workload: string): Promise<Route | undefined>;
  /** All routes, for the copy kept for static stability. */
  routes(limit: number): Promise<readonly Route[]>;
}
