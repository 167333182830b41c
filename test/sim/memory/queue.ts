import type { Claim, Progress, Route, Store } from "../../../src/store/store.ts";
import { appendEvents } from "./commit.ts";
import {
  kept,
  keyOf,
  observationText,
  standing,
  storedUnit,
  type RunRow,
  type Tables,
  type UnitRow,
  type WorkloadRow,
} from "./tables.ts";
import { workloadOf } from "./reads.ts";
import { claimedRuns, hasUnseen, writeSchedule } from "./runs.ts";

/** The reconciler's queue, and what its passes write. */
export function queue(
  tables: Tables,
): Pick<Store, "claimDue" | "record" | "makeDue" | "nextDue" | "dueProjects"> {
  const due = (now: number) =>
    [...tables.workloads.entries()]
      .filter(([, row]) => row.dueAt !== undefined && row.dueAt <= now && row.leaseUntil <= now)
      .sort(([, a], [, b]) => (a.dueAt ?? 0) - (b.dueAt ?? 0));
  return {
    async claimDue(now, leaseMs, project) {
      const first = due(now).find(([, row]) => project === undefined || row.project === project);
      if (first === undefined) return undefined;
      const [key, row] = first;
      tables.workloads.set(key, {
        ...row,
        fence: row.fence + 1,
        leaseUntil: now + leaseMs,
        pokedAt: undefined,
      });
      return claimOf(tables, key);
    },
    async record(claim, progress) {
      return record(tables, claim, progress);
    },
    async makeDue(scope, workload, at) {
      makeDue(tables, keyOf(scope, workload), at);
    },
    async nextDue(project) {
      const rows = [...tables.workloads.values(), ...tables.runs.values()];
      const times = rows
        .filter((row) => row.dueAt !== undefined && (project ?? projectOf(row)) === projectOf(row))
        .map((row) => Math.max(row.dueAt ?? 0, row.leaseUntil));
      return times.length === 0 ? undefined : Math.min(...times);
    },
    async dueProjects(now, limit) {
      const rows = [...tables.workloads.values(), ...tables.runs.values()];
      const overdue = rows.filter(({ dueAt = Infinity, leaseUntil }) => dueAt <= now && leaseUntil <= now);
      overdue.sort((one, other) => (one.dueAt ?? 0) - (other.dueAt ?? 0));
      return [...new Set(overdue.map(projectOf))].slice(0, limit);
    },
  };
}

const projectOf = (row: WorkloadRow | RunRow): string => ("run" in row ? row.run.project : row.project);

/** Makes a workload due at `at` unless it is due earlier. */
export function makeDue(tables: Tables, key: string, at: number): void {
  const row = tables.workloads.get(key);
  if (row === undefined) return;
  const dueAt = Math.min(row.dueAt ?? at, at);
  tables.workloads.set(key, { ...row, dueAt, pokedAt: Math.min(row.pokedAt ?? at, at) });
}

function claimOf(tables: Tables, key: string): Claim {
  const row = tables.workloads.get(key);
  const plan = row === undefined ? undefined : tables.plans.get(row.plan)?.plan;
  if (row === undefined || plan === undefined) throw new Error("a workload names a plan that is not stored");
  return {
    scope: { project: row.project, environment: row.environment },
    workload: workloadOf(row),
    plan,
    parent: plan.parent === undefined ? undefined : tables.plans.get(plan.parent)?.plan,
    units: standing(tables, key).map((unit) => storedUnit(tables, unit)),
    route: tables.routes.get(key),
    runs: claimedRuns(tables, key),
    fence: row.fence,
    leaseUntil: row.leaseUntil,
  };
}

function record(tables: Tables, claim: Claim, progress: Progress): boolean {
  const key = keyOf(claim.scope, claim.workload.name);
  const row = tables.workloads.get(key);
  if (row === undefined || row.fence !== claim.fence) return false;
  const releases = progress.release === true || progress.dueAt !== undefined;
  if (row.generation !== claim.workload.generation) {
    if (releases) tables.workloads.set(key, { ...row, leaseUntil: 0 });
    return false;
  }
  if (hasUnseen(tables, key, claim, progress)) return false;
  writeUnits(tables, key, progress);
  writePlan(tables, key, progress);
  if (progress.route === null) dropRoute(tables, key);
  else if (progress.route !== undefined) putRoute(tables, key, progress.route);
  if (progress.schedule !== undefined) writeSchedule(tables, key, progress.schedule);
  appendEvents(tables, key, progress.events ?? []);
  if (releases) release(tables, key, progress.dueAt);
  if (progress.removeWorkload === true) removeWorkload(tables, key, progress.now);
  return true;
}

function writeUnits(tables: Tables, key: string, { units = [], observations = [], now }: Progress): void {
  const standingRow = (id: string): UnitRow | undefined => {
    const row = tables.units.get(id);
    return row?.key === key && row.state !== "gone" ? row : undefined;
  };
  for (const seen of observations) {
    const row = standingRow(seen.unit);
    if (row === undefined) continue;
    const observation = observationText(seen);
    tables.units.set(seen.unit, { ...row, observation, seenAt: seen.at, observedAt: now });
  }
  for (const step of units) {
    const row = standingRow(step.id);
    if (row === undefined) continue;
    tables.units.set(step.id, {
      ...row,
      state: step.state ?? row.state,
      ...(step.state === undefined
        ? {}
        : { doomedBecause: row.doomedBecause ?? step.because, doomedAt: row.doomedAt ?? now }),
      appliedAt: step.appliedAt ?? row.appliedAt,
      appliedReplicas: kept(step.appliedReplicas) ?? row.appliedReplicas,
      probe: kept(step.probe) ?? row.probe,
      setback:
        step.setback === null ? undefined : step.setback === undefined ? row.setback : kept(step.setback),
      ...(step.state === "gone" ? { observation: null, seenAt: undefined } : {}),
    });
  }
}

const ENDED: ReadonlySet<string> = new Set([
  "ready",
  "rolled-back",
  "failed",
  "aborted",
  "superseded",
  "expired",
]);

function writePlan(tables: Tables, key: string, { plan: end, restorePlan, now }: Progress): void {
  const planRow = end === undefined ? undefined : tables.plans.get(end.id);
  if (end !== undefined && planRow?.key === key) {
    const { plan } = planRow;
    const endedAt = ENDED.has(end.state) ? (plan.endedAt ?? now) : undefined;
    const { logTail = plan.logTail } = end;
    const changed = { ...plan, state: end.state, stateReason: end.reason, endedAt, logTail: kept(logTail) };
    tables.plans.set(end.id, { ...planRow, plan: changed });
  }
  const row = tables.workloads.get(key);
  if (row === undefined || (restorePlan === undefined && end === undefined)) return;
  const plan = restorePlan ?? row.plan;
  const state = tables.plans.get(plan)?.plan.state ?? row.state;
  tables.workloads.set(key, { ...row, plan, state, updatedAt: now });
}

function release(tables: Tables, key: string, dueAt: number | undefined): void {
  const row = tables.workloads.get(key);
  if (row === undefined) return;
  const next = dueAt === undefined ? row.pokedAt : Math.min(dueAt, row.pokedAt ?? dueAt);
  tables.workloads.set(key, { ...row, dueAt: next, pokedAt: undefined, leaseUntil: 0 });
}

function removeWorkload(tables: Tables, key: string, now: number): void {
  const row = tables.workloads.get(key);
  if (row === undefined) return;
  if (standing(tables, key).length > 0) {
    tables.workloads.set(key, { ...row, dueAt: now });
    return;
  }
  dropRoute(tables, key);
  tables.overrides.delete(key);
  tables.workloads.delete(key);
}

function putRoute(tables: Tables, key: string, route: Omit<Route, "version">): void {
  const before = tables.routes.get(key);
  const [project, environment, workload] = JSON.parse(key) as [string, string, string];
  const hosts = route.hosts.map((host) => host.toLowerCase());
  const version = (before?.version ?? 0) + 1;
  tables.routes.set(key, { ...kept(route), project, environment, workload, hosts, version });
  letGo(tables, key, new Set(hosts));
  for (const host of hosts) {
    const claims = tables.hosts.get(host) ?? [];
    if (!claims.includes(key)) tables.hosts.set(host, [...claims, key]);
  }
}

function dropRoute(tables: Tables, key: string): void {
  tables.routes.delete(key);
  letGo(tables, key, new Set());
}

function letGo(tables: Tables, key: string, except: ReadonlySet<string>): void {
  for (const [host, claims] of tables.hosts) {
    if (except.has(host)) continue;
    const left = claims.filter((other) => other !== key);
    if (left.length === 0) tables.hosts.delete(host);
    else tables.hosts.set(host, left);
  }
}
