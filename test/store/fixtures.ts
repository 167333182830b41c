import type { Observation } from "../../src/domain/observation.ts";
import type { Plan, Template, Unit } from "../../src/domain/plan.ts";
import type { Spec } from "../../src/domain/spec.ts";
import type { Target } from "../../src/store/instance.ts";
import type { Claim, Commit, NewEvent, Route, Scope, Store } from "../../src/store/store.ts";

export const NOW = 1_800_000_000_000;
export const LEASE_MS = 30_000;
export const SCOPE: Scope = { project: "p1", environment: "production" };
export const OTHER: Scope = { project: "p2", environment: "production" };

const TEMPLATE: Template = {
  name: "web",
  kind: "service",
  image: "localhost/web:1",
  env: { GREETING: "grüß dich \u{1F433}" },
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

const SPEC: Spec = {
  ...TEMPLATE,
  route: undefined,
  scale: { min: 1, max: 1 },
  before: [],
  priority: 50,
  after: [],
  talksTo: [],
  rollout: {
    strategy: "rolling",
    percents: [100],
    bakeSeconds: 0,
    deadlineSeconds: 900,
    order: "start-first",
    onFailure: "rollback",
  },
  usage: {},
  policy: "default",
};

export function targetOf(over: Partial<Omit<Target, "version">> = {}): Omit<Target, "version"> {
  return {
    id: "target-home",
    project: undefined,
    name: "home",
    kind: "sandbox",
    config: {},
    createdAt: NOW,
    ...over,
  };
}

export function unitOf(id: string, over: Partial<Unit> = {}): Unit {
  return {
    id,
    name: `b${id}`,
    project: SCOPE.project,
    environment: SCOPE.environment,
    workload: "web",
    birth: 1,
    revision: "r1",
    place: { provider: "ecs", target: "home", region: "eu-west-1" },
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
    project: SCOPE.project,
    environment: SCOPE.environment,
    workload: "web",
    generation,
    trigger: "deploy",
    actor: "ci",
    reason: "deploy",
    changeId: `change-${id}`,
    state: "pending",
    logTail: [],
    createdAt: NOW,
    deadlineAt: NOW + 900_000,
    units,
    stops: {},
    rollout: SPEC.rollout,
    revision: "r1",
    explanation: { ranked: [], rejected: [], policy: "default", overrides: [] },
    warnings: [],
    ...over,
  };
}

export function eventOf(type: string): NewEvent {
  return { at: NOW, type, actor: "ci", message: `${type} happened`, data: { depth: { of: ["data"] } } };
}

/** A commit of generation `generation` with one unit of its own, made in the given scope. */
export function commitOf(
  generation: number,
  over: Partial<Commit> = {},
  scope: Scope = SCOPE,
  name = "web",
): Commit {
  const id = `${scope.project}-${name}-${generation}`;
  const unit = unitOf(`u-${id}`, { ...scope, workload: name, birth: generation });
  const plan = planOf(`plan-${id}`, generation, [unit], { ...scope, workload: name });
  return {
    plan,
    expectedGeneration: generation === 1 ? undefined : generation - 1,
    workload: {
      ...scope,
      name,
      id: `workload-${scope.project}-${name}`,
      document: { name, image: "localhost/web:1" },
      revision: `r${generation}`,
      labels: { team: "shop", tier: "web" },
      createdAt: NOW,
    },
    revision: { hash: `r${generation}`, number: generation, spec: SPEC, document: { name }, createdAt: NOW },
    newUnits: over.plan === undefined ? [unit] : [],
    rescaled: [],
    events: [eventOf("deployed")],
    now: NOW,
    ...over,
  };
}

export function observationOf(unit: string, over: Partial<Observation> = {}): Observation {
  return {
    unit,
    phase: "ready",
    ready: 1,
    replicas: 1,
    endpoints: [{ replica: 0, url: "http://127.0.0.1:1", transport: "plain", bypassable: true, ready: true }],
    restarts: 0,
    lastLines: [],
    at: NOW,
    ...over,
  };
}

export function routeOf(
  hosts: readonly string[],
  over: Partial<Omit<Route, "version">> = {},
): Omit<Route, "version"> {
  return {
    ...SCOPE,
    workload: "web",
    projectName: "default",
    hosts,
    access: "public",
    timeoutSeconds: 60,
    maxBodyMiB: 32,
    protocol: "http1",
    sticky: false,
    upstreams: [{ unit: "u", weight: 100, since: NOW, endpoints: [] }],
    changedAt: NOW,
    ...over,
  };
}

/** The workload that is due, claimed; fails the test when none is. */
export async function claimed(store: Store, now = NOW): Promise<Claim> {
  const claim = await store.claimDue(now, LEASE_MS);
  if (claim === undefined) throw new Error("nothing was due");
  return claim;
}

/** A store with the target `home` and workload `web` at generation 1, not leased. */
export async function withWorkload(store: Store, scope: Scope = SCOPE, name = "web"): Promise<void> {
  await store.putTarget(targetOf(), 0);
  const result = await store.commit(scope, commitOf(1, {}, scope, name));
  if (!result.ok) throw new Error(`the fixture's commit lost against generation ${result.generation}`);
}
