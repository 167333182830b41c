import { inTurns } from "../../adapters/in-turns.ts";
import { Fault } from "../../domain/fault.ts";
import type { Plan } from "../../domain/plan.ts";
import type { StoredChange } from "../../store/store.ts";
import { changedSince, checkSequence, refuseUncommittable } from "../deploy.ts";
import { differencesText } from "../differences.ts";
import type { Difference } from "../differences/difference.ts";
import { judgeDraft } from "../judge.ts";
import { readLineage } from "../lineage.ts";
import { scopeOf, type Caller, type Ports } from "../ports.ts";
import { readSpec } from "../read-spec.ts";
import { commitTogether, type MadeChange } from "./commit-together.ts";
import { type DraftedTogether, draftTogether } from "./draft-together.ts";
import { readOnce } from "./read-once.ts";
import { readChange } from "./read.ts";

/**
 * Commit a change exactly as it was shown. Throws `plan-changed` with every difference where it would be another change by now, and
 * `plan-not-committable` for one that cannot be committed; one that is committed already is given as it is.
 */
export async function commitShown(
  given: Ports,
  caller: Caller,
  id: string,
  { emergency }: { readonly emergency?: Plan["emergency"] } = {},
): Promise<MadeChange> {
  const ports = readOnce(given);
  const shown = await readChange(ports, caller, id);
  if (shown.environment !== caller.environment)
    throw new Fault("plan-not-committable", `Change ${id} was made for ${shown.environment}.`);
  if (shown.state === "committed") return { change: shown, isUnchanged: false };
  const plans = await plansShown(ports, caller, shown);
  const wanted = await inTurns(plans, async (plan) => {
    refuseUncommittable(plan, caller, plan.workload);
    const lineage = await readLineage(ports.store, scopeOf(caller), plan.workload);
    checkSequence(lineage, plan.source);
    const read = await readSpec(ports, caller, plan.proposal?.document, plan.workload);
    const reason = "committed as planned";
    const fresh = plan.proposal?.request?.fresh === true;
    const images = plan.images ?? [];
    const { source } = plan;
    const request = { ...read, trigger: "deploy", reason, source, fresh, images, emergency } as const;
    return { lineage, request: { ...request, id: plan.id, changeId: shown.id } };
  });
  const drafted = await draftTogether(ports, caller, wanted);
  await refuseOther(ports, caller, shown, plans, drafted);
  const { actor, token = actor } = plans[0] ?? { actor: shown.actor };
  const fresh = wanted.some(({ request }) => request.fresh);
  return commitTogether(ports, caller, drafted, {
    id: shown.id,
    source: shown.source,
    fresh,
    authors: [{ actor, token }],
  });
}

async function plansShown(
  ports: Ports,
  caller: Caller,
  { id, members }: StoredChange,
): Promise<readonly Plan[]> {
  const plans = await ports.store.plansById(
    caller.project.id,
    members.map(({ plan }) => plan),
  );
  if (plans.length === members.length) return plans;
  const kept = new Set(plans.map((plan) => plan.workload));
  const gone = members.filter(({ workload }) => !kept.has(workload)).map(({ workload }) => workload);
  throw new Fault(
    "plan-not-committable",
    `The plans that change ${id} has shown of ${gone.join(", ")} are kept no more: ask for the change anew.`,
  );
}

async function refuseOther(
  ports: Ports,
  caller: Caller,
  { id }: StoredChange,
  plans: readonly Plan[],
  { drafts }: DraftedTogether,
): Promise<void> {
  const byName = new Map(plans.map((plan) => [plan.workload, plan]));
  const found = await inTurns(drafts, async ({ lineage, draft }) => {
    const shown = byName.get(draft.plan.workload);
    const judged = await judgeDraft(ports, caller, lineage, draft);
    const changes = shown === undefined ? [] : changedSince(shown, judged.draft.plan);
    return { workload: draft.plan.workload, changes };
  });
  const others = found.filter(({ changes }) => changes.length > 0);
  if (others.length === 0) return;
  const words = others.map(({ workload, changes }) => `${workload}: ${differencesText(changes)}`).join("; ");
  const differences = others.flatMap(
    ({ workload, changes }): readonly (Difference & { readonly workload: string })[] =>
      changes.map((difference) => ({ ...difference, workload })),
  );
  throw new Fault("plan-changed", `Change ${id} is no longer what it was: ${words}. Make a new one.`, {
    extra: { differences },
  });
}
