import type { Plan, Template, Unit } from "../../src/domain/plan.ts";
import type { Observation } from "../../src/domain/observation.ts";
import type { StoredUnit } from "../../src/store/store.ts";
import type { Timing, World } from "../../src/reconcile/world.ts";

export const TIMING: Timing = {
  silentAfterMs: 3_000,
  replaceAfterMs: 10_000,
  leaseMs: 10_000,
  fenceMarginMs: 2_000,
  routeAgeMs: 2_000,
  quiesceMs: 10_000,
  countEveryMs: 250,
  probeEveryMs: 500,
  replanEveryMs: 10_000,
};

export const TEMPLATE: Template = {
  name: "web",
  kind: "service",
  image: "localhost/web:1",
  env: {},
  secrets: {},
  files: [],
  resources: { milliCpu: 500, memoryMiB: 512, ephemeralStorageGiB: 20, arch: "any" },
  route: { port: 8080, protocol: "http1", access: "public" },
  ports: [],
  health: { intervalSeconds: 10, timeoutSeconds: 2, failureThreshold: 3, startupSeconds: 60 },
  sidecars: [],
  volumes: [],
  stopGraceSeconds: 10,
  singleton: false,
  unreachable: "replace",
  labels: {},
};

export const ROLLOUT: Plan["rollout"] = {
  strategy: "rolling",
  percents: [100],
  bakeSeconds: 0,
  deadlineSeconds: 900,
  order: "start-first",
  onFailure: "rollback",
};

export function unitOf(id: string, over: Partial<Unit> & { readonly template?: Template } = {}): Unit {
  return {
    id,
    name: `b${id}`,
    project: "p",
    environment: "production",
    workload: "web",
    birth: 1,
    revision: "r1",
    place: { provider: "ecs", target: "t", region: "eu-west-1" },
    offer: `offer-${id}`,
    shape: { milliCpu: 500, memoryMiB: 1024, ephemeralStorageGiB: 20, arch: "amd64" },
    billing: "on-demand",
    ordinal: 0,
    attempt: 0,
    replicas: { min: 1, max: 1 },
    template: TEMPLATE,
    ...over,
  };
}

export function planOf(
  id: string,
  generation: number,
  units: readonly Unit[],
  over: Partial<Plan> = {},
): Plan {
  return {
    id,
    project: "p",
    environment: "production",
    workload: "web",
    generation,
    trigger: "deploy",
    actor: "token:ci",
    reason: "test",
    changeId: "change_1",
    state: "pending",
    logTail: [],
    createdAt: 0,
    deadlineAt: 900_000,
    units,
    stops: {},
    rollout: ROLLOUT,
    route: {
      port: 8080,
      protocol: "http1",
      access: "public",
      hosts: [],
      sticky: false,
      timeoutSeconds: 60,
      maxBodyMiB: 32,
    },
    revision: "r1",
    explanation: { ranked: [], rejected: [], policy: "default", overrides: [] },
    warnings: [],
    ...over,
  };
}

export function readyObservation(unit: Unit, at: number, ready = unit.replicas.min): Observation {
  const endpoints = Array.from({ length: ready }, (_, replica) => ({
    replica,
    url: `http://127.0.0.1:${8000 + replica}/${unit.id}`,
    transport: "plain" as const,
    bypassable: false,
    ready: true,
  }));
  return {
    unit: unit.id,
    phase: ready >= unit.replicas.min ? "ready" : "starting",
    ready,
    replicas: unit.replicas.min,
    endpoints,
    restarts: 0,
    lastLines: [],
    at,
  };
}

/** A unit that has been applied, observed ready and probed. */
export function servingUnit(unit: Unit, at = 0): StoredUnit {
  return {
    unit,
    state: "wanted",
    appliedAt: at,
    appliedReplicas: unit.replicas,
    observation: readyObservation(unit, at),
    observedAt: at,
    probe: { ok: true, at },
  };
}

export function worldOf(plan: Plan, units: readonly StoredUnit[], over: Partial<World> = {}): World {
  return {
    inForce: plan.id,
    plan,
    units,
    silentMs: new Map(),
    inflight: new Map(),
    watchingSince: 0,
    timing: TIMING,
    ...over,
  };
}

/** A route that gives all its traffic to these units, as a finished rollout leaves it. */
export function routeTo(units: readonly StoredUnit[], since = 0): NonNullable<World["route"]> {
  const share = Math.floor(100 / Math.max(1, units.length));
  return {
    project: "p",
    environment: "production",
    workload: "web",
    projectName: "default",
    version: 1,
    hosts: [],
    access: "public",
    timeoutSeconds: 60,
    maxBodyMiB: 32,
    protocol: "http1",
    sticky: false,
    changedAt: since,
    upstreams: units.map((stored, index) => ({
      unit: stored.unit.id,
      weight: index === 0 ? 100 - share * (units.length - 1) : share,
      endpoints: stored.observation?.endpoints ?? [],
      since,
    })),
  };
}
