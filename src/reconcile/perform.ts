import { type Call, unitRef } from "../adapters/adapter.ts";
import { askedPath } from "../domain/asked-path.ts";
import type { Trouble } from "../domain/fault.ts";
import type { Unit } from "../domain/plan.ts";
import type { Claim, Progress, Setback, StoredUnit } from "../store/store.ts";
import type { Action } from "./action.ts";
import { setbackAfter } from "./backoff.ts";
import { cleanupEvents, cleanupSetback } from "./cleanup.ts";
import type { ReconcilePorts } from "./ports.ts";

/** The deadline of one provider call; it ends before the lease does. */
export const CALL_DEADLINE_MS = 10_000;
type UnitProgress = NonNullable<Progress["units"]>[number];
type Outcome = Pick<Progress, "units" | "observations" | "events">;

/** Carry out one call to the outside and say what is to be recorded. Never throws: a failure is a setback. */
export async function perform(
  ports: ReconcilePorts,
  claim: Claim,
  action: Action,
  signal: AbortSignal,
): Promise<Outcome> {
  const call: Call = { signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_DEADLINE_MS)]) };
  switch (action.do) {
    case "apply":
    case "scale":
      return guarded(ports, claim, action.unit, () => apply(ports, claim, action.unit, call));
    case "destroy":
      return removing(ports, action.unit, () => destroy(ports, claim, action.unit, call));
    case "probe":
      return { units: [{ id: action.unit.unit.id, probe: await probe(ports, action.unit, call.signal) }] };
    case "shift":
    case "doom":
    case "fire":
    case "finish":
    case "replan":
      return {};
  }
}

async function apply(ports: ReconcilePorts, claim: Claim, unit: Unit, call: Call): Promise<Outcome> {
  const target = await targetOf(ports, claim, unit);
  const observation = await ports.open(target).apply(unit, call);
  ports.touched(target.id);
  return {
    units: [{ id: unit.id, appliedAt: ports.now(), appliedReplicas: unit.replicas, setback: null }],
    observations: [observation],
  };
}

async function destroy(
  ports: ReconcilePorts,
  claim: Claim,
  stored: StoredUnit,
  call: Call,
): Promise<Outcome> {
  const { unit, setback } = stored;
  // Also one that was never sent from here: before a restore it may have been, under the same id.
  const target = await targetOf(ports, claim, unit);
  ports.touched(target.id);
  const answer = await ports.open(target).destroy(unitRef(unit), call);
  // Not there now is not gone while a call that creates it may still be on its way.
  const mayArrive = setback !== undefined && UNANSWERED.has(setback.kind);
  const settled = !mayArrive || ports.now() >= (stored.doomedAt ?? 0) + LATE_CALL_MS;
  if (answer === "gone" && settled) return { units: [gone(unit)] };
  // On its way: nothing blocks it any more. The rest of the setback still tells whether a call may arrive late.
  return setback?.cleanupBlockedSince === undefined
    ? {}
    : { units: [{ id: unit.id, setback: { ...setback, cleanupBlockedSince: undefined } }] };
}

/** How long after a unit was doomed a call that was sent for it before, and never answered, may still take effect. */
export const LATE_CALL_MS = 2 * CALL_DEADLINE_MS;

/** Troubles that do not tell whether the call took effect; the others are a provider's plain no. */
const UNANSWERED: ReadonlySet<Trouble> = new Set(["unavailable", "conflict", "bug"]);

const gone = (unit: Unit): UnitProgress => ({ id: unit.id, state: "gone", setback: null });

async function probe(
  ports: ReconcilePorts,
  stored: StoredUnit,
  signal: AbortSignal,
): Promise<StoredUnit["probe"]> {
  const { template, place } = stored.unit;
  const { health, route } = template;
  const endpoints = (stored.observation?.endpoints ?? []).filter((endpoint) => endpoint.ready);
  if (route === undefined) return { ok: true, at: ports.now() };
  if (endpoints.length === 0) return { ok: false, at: ports.now(), reason: "it has no ready endpoint yet" };
  const request = { path: askedPath(place.provider, health.path), timeoutMs: health.timeoutSeconds * 1_000 };
  const answers = await Promise.all(endpoints.map((endpoint) => ports.probe(endpoint, request, signal)));
  const reason = answers.find((answer) => answer !== undefined);
  return { ok: reason === undefined, at: ports.now(), reason };
}

async function guarded(
  ports: ReconcilePorts,
  claim: Claim,
  unit: Unit,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    const before = claim.units.find((stored) => stored.unit.id === unit.id)?.setback;
    const setback = setbackOf(ports, unit, error, before);
    return { units: [{ id: unit.id, setback }], events: [setbackEvent(unit, setback, ports.now())] };
  }
}

async function removing(
  ports: ReconcilePorts,
  { unit, setback: before }: StoredUnit,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    const now = ports.now();
    const setback = cleanupSetback(setbackOf(ports, unit, error, before), before, now);
    const blocked = setback.cleanupBlockedSince !== undefined;
    const events = blocked
      ? await cleanupEvents(ports, unit, setback, before)
      : [setbackEvent(unit, setback, now)];
    return { units: [{ id: unit.id, setback }], events };
  }
}

function setbackOf(ports: ReconcilePorts, unit: Unit, error: unknown, before: Setback | undefined): Setback {
  const setback = setbackAfter(error, before, ports.now(), ports.draw());
  ports.log("warn", setback.message, { unit: unit.name, workload: unit.workload, kind: setback.kind });
  return setback;
}

function setbackEvent(unit: Unit, setback: { kind: string; message: string; attempts: number }, at: number) {
  const data = { unit: unit.name, kind: setback.kind, attempts: setback.attempts };
  return { at, type: "unit.setback", actor: "berth", message: setback.message, data };
}

// By the id the store resolved at commit: another target may have the name by now.
async function targetOf(ports: ReconcilePorts, claim: Claim, unit: Unit) {
  const id = claim.units.find((stored) => stored.unit.id === unit.id)?.targetId;
  const target = id === undefined ? undefined : await ports.store.targetById(id);
  if (target === undefined) throw new Error(`target ${unit.place.target ?? "(none)"} is no longer connected`);
  return target;
}
