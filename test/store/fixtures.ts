import type { Observation } from "../../src/domain/observation.ts";
import type { Plan, Template, Unit } from "../../src/domain/plan.ts";
import type { Spec } from "../../src/domain/spec.ts";
import type { Target } from "../../src/store/instance.ts";
import type { Claim, Commit, NewEvent, Route, Scope, Store } from "../../src/store/store.ts";
import {
  planOf as plainPlan,
  ROLLOUT,
  TEMPLATE as PLAIN_TEMPLATE,
  unitOf as plainUnit,
} from "../reconcile/fixtures.ts";

export const NOW = 1_800_000_000_000;
export const LEASE_MS = 30_000;
export const SCOPE: Scope = { project: "p1", environment: "production" };
export const OTHER: Scope = { project: "p2", environment: "production" };

const TEMPLATE: Template = { ...PLAIN_TEMPLATE, env: { GREETING: "grüß dich \u{1F433}" } };

const SPEC: Spec = {
  ...TEMPLATE,
  route: undefined,
  scale: { min: 1, max: 1 },
  before: [],
  priority: 50,
  after: [],
  talksTo: [],
  rollout: ROLLOUT,
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

/** A unit of the scope, at the target `home`. */
export function unitOf(id: string, over: Partial<Unit> = {}): Unit {
  const place = { provider: "ecs", target: "home", region: "eu-west-1" } as const;
  return plainUnit(id, { ...SCOPE, place, template: TEMPLATE, ...over });
}

/** A plan of the scope, made now, with no route. */
export function planOf(
  id: string,
  generation: number,
  units: readonly Unit[],
  over: Partial<Plan> = {},
): Plan {
  const { route: _route, ...plan } = plainPlan(id, generation, units);
  const said = { actor: "ci", reason: "deploy", changeId: `change-${id}` };
  return { ...plan, ...SCOPE, ...said, createdAt: NOW, deadlineAt: NOW + 900_000, ...over };
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
