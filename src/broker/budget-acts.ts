import type { BudgetStep } from "../domain/budget.ts";
import { Fault } from "../domain/fault.ts";
import { compare } from "../domain/money.ts";
import { placeLabel } from "../domain/place.ts";
import type { Plan } from "../domain/plan.ts";
import type { Override, PlaceMatch, Workload } from "../store/store.ts";
import { AUTOMATION } from "../policy/rules/facts.ts";
import { draftPlan, type Draft } from "./draft.ts";
import { documentInForce, readLineage, type Lineage } from "./lineage.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { readSpec } from "./read-spec.ts";
import { submitDraft } from "./submit.ts";

/** What became of one workload: settled, or to be tried again with the next look. */
export interface Acted {
  readonly settled: boolean;
  readonly sentence: string;
}

/** What a rung that acts does to one workload. Safe to repeat: what is laid over it already is not laid twice. */
export async function actOn(
  ports: Ports,
  caller: Caller,
  workload: Workload,
  step: BudgetStep,
): Promise<Acted> {
  const { name } = workload;
  const lineage = await readLineage(ports.store, scopeOf(caller), name);
  if (lineage.inForce === undefined || lineage.inForce.trigger === "destroy")
    return { settled: true, sentence: `${name} is being removed` };
  const situation = { ports, caller, name, lineage, inForce: lineage.inForce, reason: reasonOf(step) };
  try {
    if (step.do === "move") return await moveAway(situation);
    return await scaleTo(situation, step.do === "stop" ? STOPPED : ONE_AT_MOST);
  } catch (error) {
    if (!(error instanceof Fault)) {
      // One workload that fails in a way nobody foresaw must not keep the others from being acted on.
      ports.log("error", `${reasonOf(step)}: ${name} could not be acted on: ${String(error)}`);
      return { settled: false, sentence: `${name}: it could not be acted on` };
    }
    // Somebody else was first, or automation may not move it now: the next look tries again.
    const later = error.code === "generation-conflict" || error.code === "conflict";
    return { settled: !later, sentence: `${name}: ${error.message}` };
  }
}

/** Why an override of a budget stands, in the words its workload shows. */
export function reasonOf({ budget, month, do: what, atPercent }: BudgetStep): string {
  return `budget ${budget}: ${what} at ${atPercent} % of ${month}`;
}

interface Situation {
  readonly ports: Ports;
  readonly caller: Caller;
  readonly name: string;
  readonly lineage: Lineage;
  readonly inForce: Plan;
  readonly reason: string;
}

type Bound = (min: number) => NonNullable<Override["scale"]>;
const STOPPED: Bound = () => ({ min: 0, max: 0 });
/** What runs at rest is scale.min replicas, so a smaller maximum alone would save nothing. */
const ONE_AT_MOST: Bound = (min) => ({ min: Math.min(min, 1), max: 1 });

async function scaleTo(situation: Situation, bound: Bound): Promise<Acted> {
  const { ports, caller, name, reason } = situation;
  const standing = await ports.store.overrides(scopeOf(caller), name, ports.now());
  const laid = standing.some((override) => isOurs(override, reason));
  if (laid && situation.inForce.reason === reason)
    return { settled: true, sentence: `${name} has been scaled` };
  const { spec } = await readInForce(situation);
  if (!laid) {
    const scale = bound(spec.scale.min);
    await ports.store.putOverride(scopeOf(caller), name, overrideOf(situation, { scale }));
  }
  const draft = await draftPlan(ports, caller, situation.lineage, await requestOf(situation));
  if (replicasOf(draft.plan) === replicasOf(situation.inForce))
    return { settled: true, sentence: `${name} runs no more than that already` };
  return submitted(situation, draft);
}

// The place that costs most now is the one it is on; what is drafted without it must cost less, or it stays.
async function moveAway(situation: Situation): Promise<Acted> {
  const { ports, caller, name, lineage, inForce } = situation;
  const [unit] = inForce.units;
  if (unit === undefined) return { settled: true, sentence: `${name} runs nowhere` };
  const { provider, target, region } = unit.place;
  const avoid: PlaceMatch = { provider, region, ...(target === undefined ? {} : { target }) };
  const lays = overrideOf(situation, { avoid });
  const standing = await ports.store.overrides(scopeOf(caller), name, ports.now());
  if (standing.some((override) => isOurs(override, situation.reason)))
    return { settled: true, sentence: `${name} has been moved already` };
  const draft = await draftPlan(ports, caller, lineage, { ...(await requestOf(situation)), lays });
  const [now, then] = [inForce.price?.expectedUsd, draft.plan.price?.expectedUsd];
  if (now === undefined || then === undefined || compare(then, now) >= 0)
    return {
      settled: true,
      sentence: `${name} stays at ${placeLabel(unit.place)}: no allowed place costs less`,
    };
  await ports.store.putOverride(scopeOf(caller), name, lays);
  return submitted(situation, draft);
}

async function submitted({ ports, caller, name, lineage }: Situation, draft: Draft): Promise<Acted> {
  const { plan } = await submitDraft(ports, caller, lineage, draft, { request: { fresh: false } });
  const what =
    plan.state === "held" ? `waits: ${plan.stateReason ?? "it is held"}` : `plan ${plan.generation}`;
  return { settled: true, sentence: `${name}: ${what}` };
}

async function requestOf(situation: Situation) {
  return {
    ...(await readInForce(situation)),
    trigger: "policy" as const,
    reason: situation.reason,
    fresh: false,
    images: "in-force" as const,
  };
}

async function readInForce({ ports, caller, name, lineage }: Situation) {
  return readSpec(ports, caller, await documentInForce(ports.store, scopeOf(caller), lineage), name);
}

const overrideOf = ({ ports, reason }: Situation, what: Pick<Override, "scale" | "avoid">): Override => ({
  ...what,
  reason,
  actor: AUTOMATION,
  createdAt: ports.now(),
});

const isOurs = (override: Override, reason: string): boolean =>
  override.actor === AUTOMATION && override.reason === reason;

const replicasOf = ({ units }: Plan): string =>
  JSON.stringify(units.map(({ id, replicas }) => [id, replicas.min, replicas.max]));
