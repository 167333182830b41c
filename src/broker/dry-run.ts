import { Fault } from "../domain/fault.ts";
import type { Plan } from "../domain/plan.ts";
import type { PolicyWorld } from "../policy/declared.ts";
import { parsePolicy } from "../policy/parse-policy.ts";
import type { PolicyRules } from "../policy/policy-rules.ts";
import { draftPlan } from "./draft.ts";
import { denied, judgeDraft } from "./judge.ts";
import { readLineage } from "./lineage.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { keepReceipt } from "./receipts.ts";
import { readSpec } from "./read-spec.ts";

/** A plan made and kept, not committed: `PUT` with its id commits exactly this. A what-if policy makes one that never can be. */
export async function dryRun(
  ports: Ports,
  caller: Caller,
  request: { readonly spec: unknown; readonly policy?: unknown },
): Promise<Plan> {
  const read = await readSpec(ports, caller, request.spec);
  const policy =
    request.policy === undefined
      ? undefined
      : readPolicy(request.policy, { regions: ports.books.current().regions });
  const lineage = await readLineage(ports.store, scopeOf(caller), read.spec.name);
  const drafted = await draftPlan(ports, caller, lineage, {
    ...read,
    trigger: "deploy",
    reason: "dry run",
    fresh: false,
    images: "registries",
    policy,
  });
  const judged = await judgeDraft(ports, caller, lineage, drafted);
  if (judged.verdict.denials.length > 0) throw denied(drafted.plan, judged.verdict);
  const draft = await keepReceipt(ports, caller, judged.draft);
  const proposal = { document: read.document, whatIf: policy !== undefined };
  const plan: Plan = { ...draft.plan, state: "proposed", proposal };
  await ports.store.propose(scopeOf(caller), plan);
  return plan;
}

function readPolicy(document: unknown, world: PolicyWorld): PolicyRules {
  const parsed = parsePolicy(document, { name: "what-if", at: "/policy", world });
  if (parsed.ok) return parsed.rules;
  throw new Fault("invalid-body", "The policy has problems.", { problems: parsed.problems });
}
