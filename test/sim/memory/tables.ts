import type { Observation } from "../../../src/domain/observation.ts";
import type { Plan, Unit } from "../../../src/domain/plan.ts";
import type { Attempt, Run } from "../../../src/domain/run.ts";
import type {
  Agent,
  Environment,
  Installation,
  JoinToken,
  Project,
  Target,
} from "../../../src/store/instance.ts";
import type {
  BrokerEvent,
  Override,
  Revision,
  Route,
  Scheduled,
  Scope,
  StoredUnit,
  Workload,
} from "../../../src/store/store.ts";

/** Every row of one in-memory database. Plain data: a structured clone of it is a backup. */
export interface Tables {
  installation: Installation;
  readonly leases: Map<string, { readonly owner: string; readonly until: number }>;
  readonly projects: Map<string, Project>;
  readonly environments: Map<string, Environment & { readonly project: string }>;
  readonly targets: Map<string, Target & { readonly sweptAt?: number | undefined }>;
  readonly joinTokens: Map<string, JoinToken>;
  readonly agents: Map<string, Agent & { readonly sweptAt?: number | undefined }>;
  readonly workloads: Map<string, WorkloadRow>;
  readonly revisions: Map<string, readonly Revision[]>;
  readonly plans: Map<string, PlanRow>;
  readonly units: Map<string, UnitRow>;
  readonly overrides: Map<string, readonly Override[]>;
  readonly events: Map<string, readonly BrokerEvent[]>;
  readonly routes: Map<string, Route>;
  /** By the keys of `runKey`. */
  readonly runs: Map<string, RunRow>;
  /** By their ids. */
  readonly attempts: Map<string, AttemptRow>;
  /** Host -> keys of the workloads that claim it, the owner first. */
  readonly hosts: Map<string, readonly string[]>;
}

export interface WorkloadRow extends Workload {
  readonly scheduled?: Scheduled | undefined;
  readonly dueAt: number | undefined;
  readonly pokedAt: number | undefined;
  readonly leaseUntil: number;
  readonly fence: number;
}

export interface PlanRow {
  readonly key: string;
  readonly committed: boolean;
  readonly plan: Plan;
}

export interface UnitRow extends Omit<StoredUnit, "observation" | "targetId"> {
  readonly key: string;
  readonly targetId: string;
  /** The observation without the time the provider looked, as text: what is compared to know whether anything changed. */
  readonly observation: string | null;
  readonly seenAt: number | undefined;
}

export interface RunRow {
  readonly key: string;
  readonly run: Run;
  readonly done: boolean;
  readonly dueAt: number | undefined;
  readonly pokedAt?: number | undefined;
  readonly leaseUntil: number;
  readonly fence: number;
}

export interface AttemptRow {
  /** The key of its run's row. */
  readonly of: string;
  readonly attempt: Attempt;
  readonly host: string | undefined;
  /** What its agent last said, as text, and when that was. */
  readonly report?: string | undefined;
  readonly reportedAt?: number | undefined;
}

/** A database with no rows but the installation's own. */
export function emptyTables(installation: Installation): Tables {
  return {
    installation,
    leases: new Map(),
    projects: new Map(),
    environments: new Map(),
    targets: new Map(),
    joinTokens: new Map(),
    agents: new Map(),
    workloads: new Map(),
    revisions: new Map(),
    plans: new Map(),
    units: new Map(),
    overrides: new Map(),
    events: new Map(),
    routes: new Map(),
    runs: new Map(),
    attempts: new Map(),
    hosts: new Map(),
  };
}

/** The key of a workload's rows. */
export function keyOf(scope: Scope, workload: string): string {
  return JSON.stringify([scope.project, scope.environment, workload]);
}

/** The tenant a key belongs to. */
export function scopeOfKey(key: string): Scope & { readonly workload: string } {
  const [project = "", environment = "", workload = ""] = JSON.parse(key) as readonly string[];
  return { project, environment, workload };
}

/** A value as a database gives it back: without what is undefined, and no longer the caller's own. */
export function kept<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}

/** Rows of a workload's units that may still stand, by id. */
export function standing(tables: Tables, key: string): readonly UnitRow[] {
  return [...tables.units.values()]
    .filter((row) => row.key === key && row.state !== "gone")
    .sort((a, b) => (a.unit.id < b.unit.id ? -1 : 1));
}

/** The stored unit of a row, as `Store` gives it. */
export function storedUnit(tables: Tables, row: UnitRow): StoredUnit {
  const { key: _key, observation, seenAt, ...unit } = row;
  if (observation === null) return { ...unit, observation: undefined, observedAt: undefined };
  const observedAt = row.observedAt ?? 0;
  const swept = Math.max(
    tables.targets.get(row.targetId)?.sweptAt ?? 0,
    tables.agents.get(row.unit.place.host ?? "")?.sweptAt ?? 0,
  );
  const body = JSON.parse(observation) as Omit<Observation, "at">;
  return {
    ...unit,
    observation: { ...body, at: seenAt ?? observedAt },
    observedAt: Math.max(observedAt, swept),
  };
}

/** An observation as its row holds it. */
export function observationText({ at: _at, ...body }: Observation): string {
  const { unit, phase, ready, replicas, endpoints, reason, exitCode, restarts, lastLines } = body;
  return JSON.stringify({ unit, phase, ready, replicas, endpoints, reason, exitCode, restarts, lastLines });
}

/** A new unit's row. */
export function newUnitRow(key: string, unit: Unit, targetId: string): UnitRow {
  return { key, unit: kept(unit), targetId, state: "wanted", observation: null, seenAt: undefined };
}
