import { Fault } from "../domain/fault.ts";
import type { Plan, Proposal } from "../domain/plan.ts";
import { AUTOMATION } from "../policy/rules/facts.ts";
import { holdWords } from "../policy/rules/hold-words.ts";
import type { HeldWithin, Override } from "../store/store.ts";
import { commitDraft, type Committed } from "./commit.ts";
import type { Draft } from "./draft.ts";
import { atMostFor, refuseAutomation } from "./automation.ts";
import { nextLook } from "./holds.ts";
import { denied, judgeDraft, verdictEvents } from "./judge.ts";
import type { Lineage } from "./lineage.ts";
import { personOf, scopeOf, type Caller, type Ports } from "./ports.ts";
import { keepReceipt } from "./receipts.ts";

/** What a change is besides its draft. */
export interface Submission {
  readonly override?: Override | undefined;
  /** It goes on with a change that was let through already: no freeze and no approval holds it. */
  readonly continues?: boolean | undefined;
  /** What it was drafted from, so that it can be drafted anew once its holds are gone. */
  readonly request: NonNullable<Proposal["request"]>;
  /** Everybody but the caller who had a hand in it. */
  readonly authors?: Proposal["authors"];
}

/**
 * Commit a draft if it may happen now, or keep it as a held plan if it has to wait. Throws `policy-denied` with every rule that denies
 * it, and what `commitDraft` throws.
 */
export async function submitDraft(
  ports: Ports,
  caller: Caller,
  lineage: Lineage,
  draft: Draft,
  submission: Submission,
): Promise<Committed> {
  if (submission.continues !== true) await refuseAutomation(ports, caller, draft);
  const judged = await judgeDraft(ports, caller, lineage, draft, submission.continues);
  const { verdict } = judged;
  if (verdict.denials.length > 0)
    throw await tellDenied(ports, caller, denied(draft.plan, verdict), draft.plan);
  if (verdict.holds.length > 0) return hold(ports, caller, judged.draft, submission);
  const events = verdictEvents(judged.draft.plan, verdict, ports.now());
  const { override } = submission;
  const atMost = atMostFor(ports, judged.draft);
  return commitDraft(ports, caller, lineage, judged.draft, { override, events, atMost });
}

/** The refusal, once it stands in the history. Automation tries again by itself, so its own is told once for the plan in force. */
export async function tellDenied(ports: Ports, caller: Caller, fault: Fault, plan: Plan): Promise<Fault> {
  const { trigger, generation } = plan;
  const data = { key: `${trigger}:${generation}`, trigger, denials: fault.extra["denials"] };
  const event = {
    at: ports.now(),
    type: "change.denied",
    actor: caller.actor,
    message: fault.message,
    data,
  };
  if (plan.actor === AUTOMATION) await ports.store.appendEventOnce(scopeOf(caller), plan.workload, event);
  else await ports.store.appendEvent(scopeOf(caller), plan.workload, event);
  return fault;
}

async function hold(ports: Ports, caller: Caller, judged: Draft, submission: Submission): Promise<Committed> {
  const waiting = await heldFor(ports, caller, judged, submission);
  if (waiting.events.length > 0)
    await ports.store.holdPlan(scopeOf(caller), waiting.plan, waiting.lookAt, waiting.events);
  return { plan: waiting.plan, outcome: "held" };
}

/**
 * A draft as the plan that waits, and all that is written with it; its receipt is kept already. Where the very same waits already, that
 * one, with nothing to write. Throws `older-than-current` when what waits is newer.
 */
export async function heldFor(
  ports: Ports,
  caller: Caller,
  judged: Draft,
  { request, authors = [] }: Submission,
): Promise<HeldWithin> {
  const same = await ports.store.heldPlan(scopeOf(caller), judged.plan.workload);
  // Asked for again, word for word: what was agreed to so far still holds.
  if (same?.hash !== undefined && same.hash === judged.plan.hash)
    return { plan: same, lookAt: ports.now(), events: [] };
  refuseOlder(same, judged.plan);
  const { plan } = await keepReceipt(ports, caller, judged);
  const now = ports.now();
  const holds = plan.holds ?? [];
  const { actor, token } = personOf(caller);
  const held: Plan = {
    ...plan,
    state: "held",
    stateReason: holdWords(holds, 0),
    proposal: { document: judged.document, whatIf: false, request, authors: [...authors, { actor, token }] },
  };
  const event = {
    at: now,
    type: "plan.held",
    actor: caller.actor,
    message: held.stateReason ?? "it waits",
    data: { plan: plan.id, trigger: plan.trigger, hash: plan.hash, holds },
  };
  return { plan: held, lookAt: nextLook(held, now), events: [event] };
}

// As with what is deployed: a pipeline that was overtaken must not push out the one that overtook it.
function refuseOlder(waiting: Plan | undefined, { source }: Plan): void {
  const [last, mine] = [waiting?.source?.sequence, source?.sequence];
  if (last === undefined || mine === undefined || mine >= last) return;
  throw new Fault("older-than-current", `Sequence ${mine} is older than ${last}, which waits already.`, {
    extra: { current: last },
  });
}
