import { othersThan } from "../domain/exception.ts";
import { Fault } from "../domain/fault.ts";
import type { Hold, Plan } from "../domain/plan.ts";
import { holdsLeft, holdWords } from "../policy/rules/hold-words.ts";
import type { Verdict } from "../policy/rules/judge-change.ts";
import type { Override } from "../store/store.ts";
import { atMostFor, refuseAutomation } from "./automation.ts";
import { commitDraft } from "./commit.ts";
import { differences, differencesText } from "./differences.ts";
import type { Difference } from "./differences/difference.ts";
import { draftPlan, draftRemoval, type Draft } from "./draft.ts";
import { denied, judgeDraft, verdictEvents } from "./judge.ts";
import { readLineage, type Lineage } from "./lineage.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { readSpec } from "./read-spec.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A held plan that nothing has let go by then ends as expired. */
export const HELD_FOR_MS = 72 * HOUR_MS;
/** How often a plan is looked at whose freeze or budget may end earlier than it says, because somebody changes it. */
const LOOK_EVERY_MS = 10 * MINUTE_MS;
/** Most held plans of one pass; the rest is the next one's. */
const MAX_A_PASS = 50;
/** How long one pass may keep others away. Each plan in it asks every target for offers. */
const LEASE_MS = 60_000;

/** When a held plan is looked at next, ms: when the first of its holds lapses by itself, or it has waited for too long. */
export function nextLook(plan: Pick<Plan, "createdAt" | "holds">, now: number): number {
  const lapses = (plan.holds ?? [])
    .filter(({ kind }) => kind !== "approval")
    .map(({ until = Infinity }) => Math.min(Math.max(until, now + 1), now + LOOK_EVERY_MS));
  return Math.min(plan.createdAt + HELD_FOR_MS, ...lapses);
}

/**
 * One pass over the held plans whose time has come, one process at a time: each is committed, ended, or put off. Gives how many there
 * were; nothing is written when there are none.
 */
export async function lookAtHeldPlans(ports: Ports, owner: string): Promise<number> {
  const now = ports.now();
  if ((await ports.store.heldDue(now, 1)).length === 0) return 0;
  if (!(await ports.store.takeLease("held-plans", owner, now, LEASE_MS))) return 0;
  const due = await ports.store.heldDue(now, MAX_A_PASS);
  let looked = 0;
  for (const plan of due) {
    if (ports.now() >= now + LEASE_MS) break;
    try {
      await lookAtHeld(ports, plan);
    } catch (error) {
      // One that cannot be looked at must not keep the others waiting.
      ports.log("error", `held plan ${plan.id} could not be looked at: ${String(error)}`);
      await ports.store.lookAgain(scopeIn(plan), plan.id, ports.now() + LOOK_EVERY_MS);
    }
    looked += 1;
  }
  return looked;
}

/**
 * Commit a held plan if nothing holds it any more, end it if it can never be what was asked for, or leave it waiting. Gives the plan as
 * it stands then.
 */
export async function lookAtHeld(ports: Ports, held: Plan): Promise<Plan> {
  const project = await ports.store.project(held.project);
  if (project === undefined) return await end(ports, held, "expired", "its project is gone");
  const caller: Caller = {
    project,
    environment: held.environment,
    actor: held.actor,
    ...(held.token === undefined ? {} : { token: held.token }),
  };
  if (ports.now() >= held.createdAt + HELD_FOR_MS)
    return await end(ports, held, "expired", `nothing let it go within ${HELD_FOR_MS / HOUR_MS} hours`);
  const lineage = await readLineage(ports.store, scopeOf(caller), held.workload);
  if (lineage.lastGeneration + 1 !== held.generation)
    return await end(ports, held, "superseded", "another plan of this workload was committed meanwhile");
  try {
    return await tryAgain(ports, caller, lineage, held);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === "generation-conflict") return (await ports.store.plan(held.project, held.id)) ?? held;
    if (error.code === "unavailable") {
      await ports.store.lookAgain(scopeIn(held), held.id, ports.now() + MINUTE_MS);
      return held;
    }
    return await end(ports, held, "expired", error.message, { code: error.code });
  }
}

async function tryAgain(ports: Ports, caller: Caller, lineage: Lineage, held: Plan): Promise<Plan> {
  const agreed = await agreedTo(ports, held);
  const drafted = await draftAgain(ports, caller, lineage, held);
  const { draft, verdict } = await judgeDraft(ports, caller, lineage, drafted);
  if (verdict.denials.length > 0)
    return await end(ports, held, "expired", denied(held, verdict).message, { denials: verdict.denials });
  // What somebody agreed to is what is committed, or nothing is: also where the difference has no sentence of its own.
  const changes = changesSince(held, drafted.plan);
  if (changes.length > 0) {
    const reason = `meanwhile it would be another plan: ${differencesText(changes)}`;
    return await end(ports, held, "expired", reason, { differences: changes });
  }
  const left = holdsLeft(verdict.holds, agreed.length);
  if (left.length > 0) return await wait(ports, held, left, agreed.length);
  const refusal = await automationRefusal(ports, caller, draft);
  if (refusal !== undefined) {
    await ports.store.lookAgain(scopeIn(held), held.id, ports.now() + LOOK_EVERY_MS, refusal);
    return { ...held, stateReason: refusal };
  }
  return await release(ports, caller, lineage, { held, draft, verdict, agreed });
}

// What Berth made by itself waits for the red switch and its limits, too: they may have changed while it was held.
async function automationRefusal(ports: Ports, caller: Caller, draft: Draft): Promise<string | undefined> {
  try {
    await refuseAutomation(ports, caller, draft);
    return undefined;
  } catch (error) {
    if (error instanceof Fault && error.code === "conflict") return error.message;
    throw error;
  }
}

function changesSince(held: Plan, now: Plan): readonly Difference[] {
  // What holds it is judged anew, and is meant to change.
  const { holds: _then, ...shown } = held;
  const listed = differences(shown, now);
  if (listed.length > 0 || now.hash === held.hash) return listed;
  const [from = "", to = ""] = [held.hash, now.hash];
  const message = "something in it that an approval is bound to is not the same";
  return [{ changed: "workload", what: "content hash", from, to, message }];
}

/** People who agreed to exactly this plan and are none of its authors. */
export async function agreedTo(ports: Pick<Ports, "store">, held: Plan) {
  const words = await ports.store.approvals(held.project, held.id);
  return othersThan(
    held.proposal?.authors ?? [],
    words.filter((word) => word.hash === held.hash),
  );
}

async function draftAgain(ports: Ports, caller: Caller, lineage: Lineage, held: Plan): Promise<Draft> {
  const { proposal, trigger, reason, source, id, changeId, emergency } = held;
  const read = await readSpec(ports, caller, proposal?.document, held.workload);
  if (trigger === "destroy") return withId(draftRemoval(ports, caller, lineage, read, held.revision), held);
  const { fresh = false, pin, avoidOffers, avoidHosts, yields } = proposal?.request ?? {};
  return draftPlan(ports, caller, lineage, {
    ...read,
    trigger,
    reason,
    source,
    fresh,
    images: held.images ?? [],
    pin,
    avoidOffers,
    avoidHosts,
    yields,
    emergency,
    id,
    changeId,
  });
}

const withId = (draft: Draft, { id, changeId }: Plan): Draft => ({
  ...draft,
  plan: { ...draft.plan, id, changeId },
});

interface Release {
  readonly held: Plan;
  readonly draft: Draft;
  readonly verdict: Verdict;
  readonly agreed: readonly { readonly actor: string }[];
}

async function release(
  ports: Ports,
  caller: Caller,
  lineage: Lineage,
  { held, draft, verdict, agreed }: Release,
): Promise<Plan> {
  const { holds: _gone, ...plan } = draft.plan;
  const at = ports.now();
  const approvers = agreed.map(({ actor }) => actor);
  const event = {
    at,
    type: "plan.released",
    actor: approvers.at(-1) ?? "berth",
    message: approvers.length === 0 ? "nothing holds it any more" : `approved by ${approvers.join(", ")}`,
    data: { plan: held.id, approvers, heldSince: held.createdAt },
  };
  const { plan: committed } = await commitDraft(
    ports,
    caller,
    lineage,
    { ...draft, plan },
    {
      override: pinOf(held, at),
      events: [event, ...verdictEvents(plan, verdict, at)],
      atMost: atMostFor(ports, draft),
    },
  );
  return committed;
}

// A migration leaves its pin when it is committed, not while it waits.
function pinOf({ trigger, proposal, reason, actor }: Plan, createdAt: number): Override | undefined {
  const { pin, pinUntil } = proposal?.request ?? {};
  if (trigger !== "migrate" || pin === undefined) return undefined;
  return { pin, reason, actor, until: pinUntil, createdAt };
}

async function wait(ports: Ports, held: Plan, holds: readonly Hold[], agreed: number): Promise<Plan> {
  const now = ports.now();
  const reason = holdWords(holds, agreed);
  await ports.store.lookAgain(
    scopeIn(held),
    held.id,
    nextLook({ createdAt: held.createdAt, holds }, now),
    reason,
  );
  return { ...held, stateReason: reason };
}

async function end(
  ports: Ports,
  held: Plan,
  state: "expired" | "superseded",
  reason: string,
  data: Readonly<Record<string, unknown>> = {},
): Promise<Plan> {
  const event = {
    at: ports.now(),
    type: `plan.${state}`,
    actor: "berth",
    message: reason,
    data: { plan: held.id, ...data },
  };
  await ports.store.endHeld(scopeIn(held), held, { state, reason, event });
  return (await ports.store.plan(held.project, held.id)) ?? held;
}

const scopeIn = ({ project, environment }: Plan) => ({ project, environment });
