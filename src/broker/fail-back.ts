import { Fault } from "../domain/fault.ts";
import { placeLabel, type Place } from "../domain/place.ts";
import type { Plan } from "../domain/plan.ts";
import { AUTOMATION } from "../policy/rules/facts.ts";
import type { FailedOver } from "../store/whether.ts";
import { draftPlan } from "./draft.ts";
import { effectivePolicy } from "./effective-policy.ts";
import { documentInForce, readLineage, type Lineage } from "./lineage.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { readSpec } from "./read-spec.ts";
import { submitDraft } from "./submit.ts";

const MINUTE_MS = 60_000;
/** One pass in so long, by whichever process is first. */
const EVERY_MS = MINUTE_MS;
/** Workloads looked at in one pass, and for how many of them every target is asked; with more, each pass begins elsewhere. */
const MAX_LOOKS = 500;
const MAX_DRAFTS = 10;
/** Failovers in a row that are followed back to where it was before them all. */
const MAX_FAILOVERS = 50;

/**
 * One pass over the workloads that a failover moved and whose policy says `failover.failback`: each whose old place has room for it
 * again, `movement.cooldownMinutes` after it was left, gets a plan that starts it there before it ends where it is. Automation limits,
 * freezes, approvals and budgets bind it. Gives how many plans were made.
 */
export async function failBack(ports: Ports, owner: string): Promise<number> {
  const now = ports.now();
  const away = await ports.store.failedOver(MAX_LOOKS);
  if (away.length === 0 || !(await ports.store.takeLease("fail-back", owner, now, EVERY_MS))) return 0;
  const first = Math.floor(((ports.random(1)[0] ?? 0) / 256) * away.length);
  let drafts = 0;
  let moved = 0;
  for (const workload of [...away.slice(first), ...away.slice(0, first)]) {
    if (drafts >= MAX_DRAFTS) break;
    const way = await wayHome(ports, workload);
    if (way === undefined) continue;
    drafts += 1;
    if (await goHome(ports, way)) moved += 1;
  }
  return moved;
}

interface Way {
  readonly caller: Caller;
  readonly lineage: Lineage;
  readonly inForce: Plan;
  readonly home: Place;
  readonly document: unknown;
}

/** Where a workload would go back to, when it is time; undefined when its policy does not say so, or it has no one home. */
async function wayHome(ports: Ports, away: FailedOver): Promise<Way | undefined> {
  const project = await ports.store.project(away.project);
  if (project === undefined) return undefined;
  const caller: Caller = { project, environment: away.environment, actor: AUTOMATION };
  const lineage = await readLineage(ports.store, scopeOf(caller), away.workload);
  const { inForce } = lineage;
  if (inForce === undefined || inForce.id !== away.plan) return undefined;
  if ((await ports.store.heldPlan(scopeOf(caller), away.workload)) !== undefined) return undefined;
  const document = await documentInForce(ports.store, scopeOf(caller), lineage);
  const { spec } = await readSpec(ports, caller, document, away.workload);
  const { failover, movement } = (await effectivePolicy(ports, caller, spec, { taken: true })).policy;
  const ripe = ports.now() >= inForce.createdAt + movement.cooldownMinutes * MINUTE_MS;
  if (!failover.failback || !ripe) return undefined;
  const home = await homeOf(ports, inForce);
  return home === undefined || isAt(inForce, home) ? undefined : { caller, lineage, inForce, home, document };
}

// The place before the first of the failovers, when all of it was at one.
async function homeOf(ports: Ports, inForce: Plan): Promise<Place | undefined> {
  let plan: Plan | undefined = inForce;
  for (let steps = 0; plan?.trigger === "failover" && steps < MAX_FAILOVERS; steps += 1)
    plan = plan.parent === undefined ? undefined : await ports.store.plan(inForce.project, plan.parent);
  const home = plan?.units[0]?.place;
  return plan === undefined || home === undefined || !isAt(plan, home) ? undefined : home;
}

// Hosts of one pool are alike: nothing goes back from one to another.
const isAt = (plan: Pick<Plan, "units">, { target, region }: Place): boolean =>
  plan.units.every(({ place }) => place.target === target && place.region === region);

async function goHome(ports: Ports, way: Way): Promise<boolean> {
  const { caller, lineage, inForce, home, document } = way;
  const { provider, target, region } = home;
  const name = inForce.workload;
  try {
    const draft = await draftPlan(ports, caller, lineage, {
      ...(await readSpec(ports, caller, document, name)),
      trigger: "rebalance",
      reason: `${placeLabel(home)}, which a failover left, can take it again`,
      pin: { provider, target, region },
      fresh: false,
      images: "in-force",
    });
    if (Object.keys(draft.plan.stops).length > 0)
      throw new Fault(
        "conflict",
        "its rollout would stop the old before the new serves: move it by hand with berth migrate",
      );
    await submitDraft(ports, caller, lineage, draft, { request: { fresh: false } });
    return true;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    await tell(ports, way, error);
    return false;
  }
}

async function tell(ports: Ports, { caller, inForce, home }: Way, fault: Fault): Promise<void> {
  await ports.store.appendEventOnce(scopeOf(caller), inForce.workload, {
    at: ports.now(),
    type: "failback.waits",
    actor: AUTOMATION,
    message: `it does not go back to ${placeLabel(home)} yet: ${fault.message}`,
    data: { key: `${inForce.id}:${fault.code}`, code: fault.code },
  });
}
