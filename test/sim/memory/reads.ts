import type { Store, Workload, WorkloadQuery } from "../../../src/store/store.ts";
import { addOverride, appendEvents, lastGeneration } from "./commit.ts";
import { heldTries } from "./runs.ts";
import { kept, keyOf, scopeOfKey, standing, storedUnit, type Tables, type WorkloadRow } from "./tables.ts";

const MAX_PROPOSALS = 100;

type Reads = Omit<
  Pick<
    Store,
    | "workload"
    | "workloads"
    | "revisions"
    | "revision"
    | "plan"
    | "plans"
    | "propose"
    | "units"
    | "unitIds"
    | "unitsAt"
    | "unitAt"
    | "lastGeneration"
    | "overrides"
    | "putOverride"
    | "clearOverrides"
    | "events"
    | "appendEvent"
    | "routeByHost"
    | "routeByName"
    | "routes"
  >,
  never
>;

/** Reads of what commits and passes have written, and the few writes that stand alone. */
export function reads(tables: Tables): Reads {
  return { ...workloadReads(tables), ...planReads(tables), ...unitReads(tables), ...routeReads(tables) };
}

/** The workload of a row. */
export function workloadOf(row: WorkloadRow): Workload {
  const {
    dueAt: _due,
    pokedAt: _poked,
    leaseUntil: _lease,
    fence: _fence,
    scheduled: _at,
    ...workload
  } = row;
  return workload;
}

function workloadReads(tables: Tables) {
  return {
    async workload(scope, name) {
      const row = tables.workloads.get(keyOf(scope, name));
      return row === undefined ? undefined : workloadOf(row);
    },
    async workloads(scope, query) {
      return [...tables.workloads.values()]
        .filter((row) => row.project === scope.project && row.environment === scope.environment)
        .filter((row) => matches(tables, row, query))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .slice(0, query.limit)
        .map(workloadOf);
    },
    async revisions(scope, workload, limit) {
      const rows = tables.revisions.get(keyOf(scope, workload)) ?? [];
      return rows.toSorted((a, b) => b.number - a.number).slice(0, limit);
    },
    async revision(scope, workload, hash) {
      return tables.revisions.get(keyOf(scope, workload))?.find((row) => row.hash === hash);
    },
    async overrides(scope, workload, now) {
      const rows = tables.overrides.get(keyOf(scope, workload)) ?? [];
      return rows.filter(({ until }) => until === undefined || until > now);
    },
    async putOverride(scope, workload, override) {
      addOverride(tables, keyOf(scope, workload), override, override.createdAt);
    },
    async clearOverrides(scope, workload) {
      tables.overrides.delete(keyOf(scope, workload));
    },
    async events(scope, workload, after, limit) {
      const rows = tables.events.get(keyOf(scope, workload)) ?? [];
      return rows.filter(({ seq }) => seq > after).slice(0, limit);
    },
    async appendEvent(scope, workload, event) {
      appendEvents(tables, keyOf(scope, workload), [event]);
    },
  } satisfies Partial<Store>;
}

function matches(tables: Tables, row: WorkloadRow, query: WorkloadQuery): boolean {
  const { labels = {}, target, provider, region, state, after } = query;
  if (after !== undefined && row.name <= after) return false;
  if (state !== undefined && row.state !== state) return false;
  if (Object.entries(labels).some(([name, value]) => row.labels[name] !== value)) return false;
  if (target === undefined && provider === undefined && region === undefined) return true;
  return standing(tables, keyOf(row, row.name)).some(
    ({ unit: { place } }) =>
      (target === undefined || place.target === target) &&
      (provider === undefined || place.provider === provider) &&
      (region === undefined || place.region === region),
  );
}

function planReads(tables: Tables) {
  return {
    async plan(project, id) {
      const row = tables.plans.get(id);
      return row !== undefined && scopeOfKey(row.key).project === project ? row.plan : undefined;
    },
    async plans(scope, workload, limit) {
      const key = keyOf(scope, workload);
      return [...tables.plans.values()]
        .filter((row) => row.key === key && row.committed)
        .map(({ plan }) => plan)
        .sort((a, b) => b.generation - a.generation)
        .slice(0, limit);
    },
    async propose(scope, plan) {
      const key = keyOf(scope, plan.workload);
      tables.plans.set(plan.id, { key, committed: false, plan: kept(plan) });
      const proposed = [...tables.plans.values()].filter((row) => row.key === key && !row.committed);
      const oldest = proposed.sort((a, b) => b.plan.createdAt - a.plan.createdAt).slice(MAX_PROPOSALS);
      for (const { plan: old } of oldest) tables.plans.delete(old.id);
    },
    async lastGeneration(scope, workload) {
      return lastGeneration(tables, keyOf(scope, workload));
    },
  } satisfies Partial<Store>;
}

function unitReads(tables: Tables) {
  return {
    async units(scope, workload) {
      return standing(tables, keyOf(scope, workload)).map((row) => storedUnit(tables, row));
    },
    async unitIds(scope, workload) {
      const key = keyOf(scope, workload);
      const rows = [...tables.units.values()].filter((row) => row.key === key);
      return new Set(rows.map(({ unit }) => unit.id));
    },
    async unitAt(target, id) {
      const row = [...tables.units.values()].find(
        ({ unit, targetId, state }) => unit.id === id && targetId === target && state !== "gone",
      );
      return row === undefined ? undefined : storedUnit(tables, row);
    },
    async unitsAt(target) {
      return [...tables.units.values()]
        .filter((row) => row.targetId === target && row.state !== "gone")
        .sort((a, b) => (a.unit.id < b.unit.id ? -1 : 1))
        .map((row) => ({ ...storedUnit(tables, row), tries: heldTries(tables, row.unit.id) }));
    },
  } satisfies Partial<Store>;
}

function routeReads(tables: Tables) {
  return {
    async routeByHost(host) {
      return tables.routes.get(tables.hosts.get(host.toLowerCase())?.[0] ?? "");
    },
    async routeByName(project, environment, workload) {
      return tables.routes.get(keyOf({ project, environment }, workload));
    },
    async routes(limit) {
      return [...tables.routes.values()].slice(0, limit);
    },
  } satisfies Partial<Store>;
}
