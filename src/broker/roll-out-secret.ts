import { Fault } from "../domain/fault.ts";
import { secretsOf } from "../domain/secret-references.ts";
import { secretReference } from "../domain/template.ts";
import type { Plan } from "../domain/plan.ts";
import { draftPlan } from "./draft.ts";
import { documentInForce, readLineage } from "./lineage.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { readSpec } from "./read-spec.ts";
import { submitDraft } from "./submit.ts";

/** Workloads of one call: each asks every target for offers. Another call goes on with the rest. */
const MAX_A_CALL = 20;

/** What became of one workload that uses the secret. */
export interface SecretRollout {
  readonly workload: string;
  readonly outcome: "changed" | "held" | "refused";
  /** The plan, where there is one. */
  readonly plan?: string;
  /** Why it was refused. */
  readonly message?: string;
}

export interface SecretRollouts {
  readonly workloads: readonly SecretRollout[];
  /** Whether there are more than one call rolls out. */
  readonly more: boolean;
}

/**
 * Deploy every workload of the caller's environment that runs with an older version of a secret, as it stands, with the newest. One that
 * cannot be is told, and keeps none of the others. Throws `not-found` when no workload there uses it.
 */
export async function rollOutSecret(ports: Ports, caller: Caller, name: string): Promise<SecretRollouts> {
  const { environment } = caller;
  const uses = await ports.store.secretUses(caller.project.id, name);
  const users = new Set(uses.filter((use) => use.environment === environment).map((use) => use.workload));
  if (users.size === 0)
    throw new Fault("not-found", `Nothing in environment ${environment} runs with a secret ${name}.`);
  const workloads: SecretRollout[] = [];
  for (const workload of users) {
    if (workloads.length >= MAX_A_CALL) return { workloads, more: true };
    const rolled = await rollOutTo(ports, caller, workload, name);
    if (rolled !== undefined) workloads.push(rolled);
  }
  return { workloads, more: false };
}

async function rollOutTo(
  ports: Ports,
  caller: Caller,
  workload: string,
  name: string,
): Promise<SecretRollout | undefined> {
  try {
    const lineage = await readLineage(ports.store, scopeOf(caller), workload);
    if (lineage.workload === undefined || !uses(lineage.inForce, name)) return undefined;
    const document = await documentInForce(ports.store, scopeOf(caller), lineage);
    const draft = await draftPlan(ports, caller, lineage, {
      ...(await readSpec(ports, caller, document, workload)),
      trigger: "secret",
      reason: `secret ${name} has a new version`,
      source: lineage.inForce?.source,
      fresh: false,
      images: "in-force",
    });
    if (pinsOf(draft.plan, name) === pinsOf(lineage.inForce, name)) return undefined;
    const { plan } = await submitDraft(ports, caller, lineage, draft, { request: { fresh: false } });
    return { workload, outcome: plan.state === "held" ? "held" : "changed", plan: plan.id };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { workload, outcome: "refused", message: error.message };
  }
}

const uses = (plan: Plan | undefined, name: string): boolean => pinsOf(plan, name) !== "";

/** The versions of a secret that a plan's units pin, as one text; empty for none. */
function pinsOf(plan: Plan | undefined, name: string): string {
  const references = (plan?.units ?? []).flatMap(({ template }) => secretsOf(template));
  return [...new Set(references)]
    .filter((reference) => secretReference(reference).name === name)
    .sort()
    .join();
}
