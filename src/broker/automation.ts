import { Fault } from "../domain/fault.ts";
import type { Plan, Trigger } from "../domain/plan.ts";
import type { Policy } from "../policy/policy.ts";
import { AUTOMATION } from "../policy/rules/facts.ts";
import type { Commit } from "../store/store.ts";
import type { Draft } from "./draft.ts";
import { iso } from "./instants.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Plans that Berth makes because something else would be better; those of a person are never among them. */
const MOVEMENT: readonly Trigger[] = ["rebalance", "policy"];
const FAILOVER: readonly Trigger[] = ["failover"];
/** What the red switch stops. A rollout that is under way goes on, and goes back where it fails. */
const STOPPED: ReadonlySet<Trigger> = new Set([...MOVEMENT, ...FAILOVER, "drain"]);

/**
 * Throws `conflict` when Berth may not make this plan by itself now: the red switch is off, or a limit of its policy is reached. What is
 * not done is told in an event of the workload, once for the plan in force. A person's plan always passes.
 */
export async function refuseAutomation(ports: Ports, caller: Caller, draft: Draft): Promise<void> {
  const { plan } = draft;
  if (plan.actor !== AUTOMATION || !STOPPED.has(plan.trigger)) return;
  const refusal =
    (await switchedOff(ports, caller)) ?? (await limited(ports, caller, plan, draft.decided?.inputs.policy));
  if (refusal === undefined) return;
  const { why, message } = refusal;
  await ports.store.appendEventOnce(scopeOf(caller), plan.workload, {
    at: ports.now(),
    type: "automation.held-back",
    actor: AUTOMATION,
    message,
    data: { key: `${why}:${plan.trigger}:${plan.generation}`, trigger: plan.trigger, reason: plan.reason },
  });
  throw new Fault("conflict", message);
}

/** The bound that the commit of an automatic plan keeps, however many are made at the same moment. */
export function atMostFor(ports: Ports, { plan, decided }: Draft): Commit["atMost"] {
  const bound = plan.actor === AUTOMATION ? boundOf(plan.trigger, decided?.inputs.policy) : undefined;
  return bound && { ...bound, actor: AUTOMATION, since: ports.now() - HOUR_MS };
}

export interface AutomationRequest {
  readonly enabled: boolean;
  readonly reason: string;
}

/** Turn all automatic movement of the project off, or on again. */
export async function putAutomation(ports: Ports, caller: Caller, request: AutomationRequest) {
  const row = { ...request, actor: caller.actor, changedAt: ports.now() };
  await ports.store.putAutomation(caller.project.id, row);
  if (request.enabled) ports.nudge();
  return viewOf(row);
}

/** The red switch as it stands. */
export async function readAutomation(ports: Pick<Ports, "store">, caller: Caller) {
  const row = await ports.store.automation(caller.project.id);
  return row === undefined ? { enabled: true } : viewOf(row);
}

interface Refusal {
  readonly why: string;
  readonly message: string;
}

async function switchedOff(ports: Ports, caller: Caller): Promise<Refusal | undefined> {
  const row = await ports.store.automation(caller.project.id);
  if (row === undefined || row.enabled) return undefined;
  const message = `automation is off since ${iso(row.changedAt)} (${row.actor}: ${row.reason}), so it is not moved; move it by hand, or turn automation on`;
  return { why: `off-${row.changedAt}`, message };
}

async function limited(
  ports: Ports,
  caller: Caller,
  plan: Plan,
  policy: Policy | undefined,
): Promise<Refusal | undefined> {
  const bound = boundOf(plan.trigger, policy);
  if (policy === undefined || bound === undefined) return undefined;
  const now = ports.now();
  const { project } = caller;
  const hour = { triggers: bound.triggers, actor: AUTOMATION, since: now - HOUR_MS };
  const { count } = await ports.store.committedSince(project.id, hour);
  if (count >= bound.count) {
    const message = `Berth has made ${count} such plans (${bound.triggers.join(", ")}) within an hour, and ${bound.field} allows ${bound.count}: it waits, or somebody moves it by hand`;
    return { why: bound.field, message };
  }
  if (bound.triggers !== MOVEMENT) return undefined;
  const cooldownMs = policy.movement.cooldownMinutes * MINUTE_MS;
  const of = { scope: scopeOf(caller), workload: plan.workload };
  const { lastAt } = await ports.store.committedSince(project.id, { ...hour, since: now - cooldownMs, of });
  if (lastAt === undefined) return undefined;
  const message = `it was moved at ${iso(lastAt)}, and movement.cooldownMinutes keeps it there until ${iso(lastAt + cooldownMs)}`;
  return { why: "movement.cooldownMinutes", message };
}

function boundOf(trigger: Trigger, policy: Policy | undefined) {
  if (policy === undefined) return undefined;
  if (MOVEMENT.includes(trigger))
    return { field: "movement.maxPerHour", triggers: MOVEMENT, count: policy.movement.maxPerHour };
  const { maxPerHour: count } = policy.failover;
  return FAILOVER.includes(trigger) && count !== undefined
    ? { field: "failover.maxPerHour", triggers: FAILOVER, count }
    : undefined;
}

const viewOf = ({
  changedAt,
  ...row
}: AutomationRequest & { readonly actor: string; readonly changedAt: number }) => ({
  ...row,
  changedAt: iso(changedAt),
});
