import type { Trouble } from "../../domain/fault.ts";
import { type FaultRule, type FaultsUsed, type Faultable, strike } from "./faults.ts";
import { type Quota, resourcesFor } from "./quotas.ts";
import { type CloudRuns, type RunEvent, stepRuns } from "./run-state.ts";

/** The simulated account: plain JSON, so that it can be kept anywhere and taken up again as it was. */
export interface CloudState {
  /** By provider-side name, as in a real cloud. */
  readonly units: Readonly<Record<string, CloudUnit>>;
  /** Token bucket of the create quota. */
  readonly creates: { readonly tokens: number; readonly at: number };
  readonly faultsUsed: FaultsUsed;
  /** Tries of jobs; absent in an account that never had one. */
  readonly runs?: CloudRuns | undefined;
}

/** What the cloud is asked to hold. */
export interface CloudOrder {
  readonly id: string;
  readonly name: string;
  readonly project: string;
  readonly environment: string;
  readonly workload: string;
  readonly image: string;
  readonly containers: readonly string[];
  readonly port?: number | undefined;
  readonly replicas: number;
  readonly crash?: { readonly exitCode: number; readonly lastLines: readonly string[] } | undefined;
}

/** A resource with the moments, ms, at which it changes by itself; its phase follows from them and the time alone. */
export interface CloudUnit extends Omit<CloudOrder, "replicas"> {
  readonly createdAt: number;
  readonly startsAt: number;
  /** When each replica is ready. */
  readonly replicas: readonly number[];
  readonly goneAt?: number | undefined;
  /** Where it was last served, so that a restarted process takes the same address again. */
  readonly url?: string | undefined;
}

export interface CloudRules {
  readonly delaysMs: {
    readonly create: number;
    readonly ready: number;
    readonly destroy: number;
    /** How long a new resource is missing from lists; a read by its name finds it at once. */
    readonly visible: number;
  };
  readonly quota: Quota;
  readonly faults: readonly FaultRule[];
}

export type CloudEvent =
  | { readonly do: "apply"; readonly order: CloudOrder }
  | { readonly do: "destroy"; readonly name: string; readonly workload: string }
  | RunEvent
  | { readonly do: "served"; readonly name: string; readonly url: string }
  /** A call that changes nothing; it exists so that a fault can strike it. */
  | { readonly do: "read"; readonly on: Faultable; readonly workload?: string | undefined };

export type CloudAnswer =
  | { readonly ok: true; readonly deleted?: "gone" | "going" | undefined }
  | {
      readonly ok: false;
      readonly kind: Trouble;
      readonly message: string;
      readonly retryAfterMs?: number | undefined;
    };

export interface Step {
  readonly state: CloudState;
  readonly answer: CloudAnswer;
}

/** An account with nothing in it and its create quota unspent. */
export function emptyCloud(rules: CloudRules, now: number): CloudState {
  return { units: {}, creates: { tokens: rules.quota.createBurst, at: now }, faultsUsed: {} };
}

/** One call to the simulated cloud. The same call again changes nothing: then `state` is the very object that came in. */
export function step(state: CloudState, event: CloudEvent, now: number, rules: CloudRules): Step {
  if (event.do === "served") return { state: served(state, event), answer: { ok: true } };
  const on = verbOf(event);
  const workload = event.do === "apply" ? event.order.workload : event.workload;
  const fault = strike(rules.faults, state.faultsUsed, on, workload);
  if (fault === undefined) return handle(state, event, now, rules);
  const struck = { ...state, faultsUsed: fault.used };
  const after = fault.rule.lostAnswer === true ? handle(struck, event, now, rules).state : struck;
  const { kind, message, retryAfterMs } = fault.rule;
  return {
    state: after,
    answer: {
      ok: false,
      kind,
      message: message ?? `The sandbox fails this ${on} as its target asks (${kind}).`,
      retryAfterMs,
    },
  };
}

/** The verb whose faults strike a call: a try is started as a unit is applied, and stopped as one is destroyed. */
function verbOf(event: Exclude<CloudEvent, { do: "served" }>): Faultable {
  if (event.do === "read") return event.on;
  if (event.do === "run") return "apply";
  return event.do === "stop-run" ? "destroy" : event.do;
}

/** Resources that exist at `now`, those being deleted among them. */
export function present(state: CloudState, now: number): readonly CloudUnit[] {
  return Object.values(state.units).filter((unit) => unit.goneAt === undefined || unit.goneAt > now);
}

/** How much of the resource quota is in use. */
export function resourcesUsed(state: CloudState, now: number, quota: Quota): number {
  return present(state, now).reduce((sum, unit) => sum + resourcesFor(quota, unit.replicas.length), 0);
}

function handle(
  state: CloudState,
  event: Exclude<CloudEvent, { do: "served" }>,
  now: number,
  rules: CloudRules,
): Step {
  if (event.do === "apply") return apply(state, event.order, now, rules);
  if (event.do === "destroy") return destroy(state, event.name, now, rules);
  if (event.do === "run" || event.do === "stop-run") {
    const runs = stepRuns(state.runs ?? {}, event, now);
    return { state: runs === state.runs ? state : { ...state, runs }, answer: { ok: true } };
  }
  return { state, answer: { ok: true } };
}

function apply(state: CloudState, order: CloudOrder, now: number, rules: CloudRules): Step {
  const there = present(state, now).find((unit) => unit.name === order.name);
  if (there === undefined) return create(state, order, now, rules);
  if (there.id !== order.id)
    return refuse(state, "conflict", `${order.name} already exists and belongs to another unit.`);
  if (there.goneAt !== undefined) return refuse(state, "conflict", `${order.name} is being deleted.`);
  if (there.replicas.length === order.replicas) return { state, answer: { ok: true } };
  return resize(state, there, order.replicas, now, rules);
}

function create(state: CloudState, order: CloudOrder, now: number, rules: CloudRules): Step {
  const { quota, delaysMs } = rules;
  const full = overQuota(state, quota, resourcesFor(quota, order.replicas), order.replicas, now);
  if (full !== undefined) return refuse(state, "quota", full);
  const cost = resourcesFor(quota, order.replicas);
  const creates = refilled(state.creates, quota, now);
  if (creates.tokens < cost) {
    const retryAfterMs = Math.ceil(((cost - creates.tokens) * HOUR_MS) / quota.createsPerHour);
    const message = `The account may create ${quota.createsPerHour} resources an hour; try again in ${Math.ceil(retryAfterMs / 1_000)} s.`;
    return { state, answer: { ok: false, kind: "throttled", message, retryAfterMs } };
  }
  const startsAt = now + delaysMs.create;
  const readyAt = startsAt + delaysMs.ready;
  const unit = {
    ...order,
    createdAt: now,
    startsAt,
    replicas: Array.from({ length: order.replicas }, () => readyAt),
  };
  const kept = Object.fromEntries(present(state, now).map((other) => [other.name, other]));
  return {
    state: {
      ...state,
      units: { ...kept, [unit.name]: unit },
      creates: { tokens: creates.tokens - cost, at: now },
    },
    answer: { ok: true },
  };
}

function resize(state: CloudState, unit: CloudUnit, replicas: number, now: number, rules: CloudRules): Step {
  const { quota, delaysMs } = rules;
  const extra = resourcesFor(quota, replicas) - resourcesFor(quota, unit.replicas.length);
  const full = overQuota(state, quota, extra, replicas, now);
  if (full !== undefined) return refuse(state, "quota", full);
  const readyAt = now + delaysMs.create + delaysMs.ready;
  const more = Array.from({ length: Math.max(0, replicas - unit.replicas.length) }, () => readyAt);
  return {
    state: put(state, { ...unit, replicas: [...unit.replicas.slice(0, replicas), ...more] }),
    answer: { ok: true },
  };
}

// A cloud refuses to delete what it is still making, and forgets that it was asked: the caller has to ask again.
function destroy(state: CloudState, name: string, now: number, rules: CloudRules): Step {
  const unit = present(state, now).find((other) => other.name === name);
  if (unit === undefined) return { state, answer: { ok: true, deleted: "gone" } };
  if (unit.goneAt !== undefined || now < unit.startsAt)
    return { state, answer: { ok: true, deleted: "going" } };
  const goneAt = now + rules.delaysMs.destroy;
  const deleted = goneAt > now ? "going" : "gone";
  return { state: put(state, { ...unit, goneAt, url: undefined }), answer: { ok: true, deleted } };
}

function served(state: CloudState, event: { readonly name: string; readonly url: string }): CloudState {
  const unit = state.units[event.name];
  if (unit === undefined || unit.goneAt !== undefined || unit.url === event.url) return state;
  return put(state, { ...unit, url: event.url });
}

function overQuota(
  state: CloudState,
  quota: Quota,
  extra: number,
  replicas: number,
  now: number,
): string | undefined {
  const used = resourcesUsed(state, now, quota);
  if (extra > 0 && used + extra > quota.resources)
    return `The account holds ${used} of ${quota.resources} resources here and ${extra} more were asked: remove some or place it elsewhere.`;
  const most = quota.replicasPerResource;
  if (most > 1 && replicas > most)
    return `One resource can have ${most} replicas and ${replicas} were asked: lower scale.min.`;
  return undefined;
}

function refilled(bucket: CloudState["creates"], quota: Quota, now: number): CloudState["creates"] {
  const grown = (Math.max(0, now - bucket.at) * quota.createsPerHour) / HOUR_MS;
  return { tokens: Math.min(quota.createBurst, bucket.tokens + grown), at: now };
}

const put = (state: CloudState, unit: CloudUnit): CloudState => ({
  ...state,
  units: { ...state.units, [unit.name]: unit },
});
const refuse = (state: CloudState, kind: Trouble, message: string): Step => ({
  state,
  answer: { ok: false, kind, message },
});
const HOUR_MS = 3_600_000;
