import { Fault } from "../domain/fault.ts";
import { placeLabel } from "../domain/place.ts";
import type { Plan } from "../domain/plan.ts";
import type { Override, Store, StoredUnit, Workload, WorkloadQuery } from "../store/store.ts";
import { publicUrl } from "./addresses.ts";
import { iso } from "./instants.ts";
import { planView } from "./plan-view.ts";
import { scopeOf, type Caller, type GatewayAddress } from "./ports.ts";
import { cleanupBlocked, unitState } from "./cleanup-blocked.ts";
import { workloadSpend } from "./workload-spend.ts";

/** Reading a workload needs no adapter and no catalog, so that it goes on when they are down. */
export interface ReadPorts {
  readonly store: Pick<
    Store,
    "workload" | "workloads" | "plan" | "units" | "overrides" | "revisions" | "events" | "ledger"
  >;
  readonly gateway: GatewayAddress;
  readonly now: () => number;
}

/** The workload's row, or `not-found`. */
export async function readWorkload(
  ports: { readonly store: Pick<Store, "workload"> },
  caller: Caller,
  name: string,
): Promise<Workload> {
  const workload = await ports.store.workload(scopeOf(caller), name);
  if (workload === undefined)
    throw new Fault(
      "not-found",
      `There is no workload ${name} in ${caller.project.name}/${caller.environment}.`,
    );
  return workload;
}

/** Everything about one workload: what was asked, what overrides it, what is decided, what runs, where, at what price. */
export async function describe(ports: ReadPorts, caller: Caller, name: string) {
  const workload = await readWorkload(ports, caller, name);
  const scope = scopeOf(caller);
  const [plan, units, overrides, revisions, spend] = await Promise.all([
    ports.store.plan(scope.project, workload.plan),
    ports.store.units(scope, name),
    ports.store.overrides(scope, name, ports.now()),
    ports.store.revisions(scope, name, 1),
    workloadSpend(ports.store, scope, name, ports.now()),
  ]);
  return {
    ...summary(ports, caller, workload),
    spec: workload.document,
    overrides: overrides.map(overrideView),
    plan: plan === undefined ? undefined : planView(plan),
    units: units.map((unit) => unitView(unit, plan)),
    cleanupBlocked: await cleanupBlocked(ports, scope, units),
    source: revisions[0]?.source,
    spend,
  };
}

/** One page of workloads in name order, and the name to go on after where there are more. */
export async function listWorkloads(ports: ReadPorts, caller: Caller, query: WorkloadQuery) {
  // One row more than the page tells whether there is a next one.
  const rows = await ports.store.workloads(scopeOf(caller), { ...query, limit: query.limit + 1 });
  const page = rows.slice(0, query.limit);
  return {
    workloads: page.map((row) => summary(ports, caller, row)),
    next: rows.length > page.length ? page.at(-1)?.name : undefined,
  };
}

/** Revisions, newest first: number, hash, image, digest and the commit each came from. */
export async function listRevisions(ports: ReadPorts, caller: Caller, name: string, limit: number) {
  await readWorkload(ports, caller, name);
  const rows = await ports.store.revisions(scopeOf(caller), name, limit);
  return rows.map((row) => ({
    revision: row.hash,
    number: row.number,
    image: row.spec.image,
    digest: row.digest,
    source: row.source,
    createdAt: iso(row.createdAt),
  }));
}

function summary(ports: ReadPorts, caller: Caller, workload: Workload) {
  const names = { project: caller.project.name, environment: caller.environment, workload: workload.name };
  const routed = workload.document["kind"] === undefined || workload.document["kind"] === "service";
  return {
    name: workload.name,
    environment: caller.environment,
    state: workload.state,
    generation: workload.generation,
    revision: workload.revision,
    labels: workload.labels,
    url: routed ? publicUrl(ports.gateway, names) : undefined,
    createdAt: iso(workload.createdAt),
    updatedAt: iso(workload.updatedAt),
  };
}

function unitView(stored: StoredUnit, plan: Plan | undefined) {
  const { unit, observation, setback, probe } = stored;
  const state = unitState(stored);
  return {
    id: unit.id,
    name: unit.name,
    at: placeLabel(unit.place),
    place: unit.place,
    state,
    wanted: plan?.units.some((wanted) => wanted.id === unit.id) ?? false,
    because: stored.doomedBecause,
    phase: observation?.phase,
    ready: observation?.ready ?? 0,
    replicas: unit.replicas,
    restarts: observation?.restarts ?? 0,
    reason:
      (state === "cleanup-blocked" ? undefined : observation?.reason) ?? setback?.message ?? probe?.reason,
    observedAt: iso(observation?.at),
  };
}

/** An override with its times in ISO. */
export function overrideView(override: Override) {
  return { ...override, until: iso(override.until), createdAt: iso(override.createdAt) };
}
