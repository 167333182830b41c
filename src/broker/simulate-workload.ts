import { Fault } from "../domain/fault.ts";
import type { Spec } from "../domain/spec.ts";
import type { DecisionInputs } from "../policy/decision.ts";
import { usersAt } from "../policy/points.ts";
import type { Policy } from "../policy/policy.ts";
import { type Repricing, reprice } from "../policy/simulate/reprice.ts";
import { effectOn, type Subject, type SubjectEffect } from "../policy/simulate/simulate.ts";
import type { Workload } from "../store/store.ts";
import { asItStands } from "./as-it-stands.ts";
import { effectivePolicy } from "./effective-policy.ts";
import type { Supposing } from "./policy-layers.ts";
import type { Caller, Ports } from "./ports.ts";

/** What a change would make of a workload, or why that cannot be told; what must be known beside either, each a sentence. */
export interface Judged {
  readonly environment: string;
  readonly workload: string;
  readonly plan?: string | undefined;
  readonly effect?: SubjectEffect | undefined;
  /** Why it cannot be judged; absent with no effect for one that is being removed, which no policy moves. */
  readonly because?: string | undefined;
  readonly warnings: readonly string[];
}

/** What a simulation changes. */
export interface Change {
  /** A stored policy as it would be. */
  readonly policy?: NonNullable<Supposing["changed"]> | undefined;
  /** Policies that leave no place are taken as they are. */
  readonly contradictory?: boolean | undefined;
  readonly repricing?: Repricing | undefined;
}

/** Place a workload anew, as things stand and with the change. Writes nothing. */
export async function judgeWorkload(
  ports: Ports,
  caller: Caller,
  { environment, name }: Workload,
  change: Change,
): Promise<Judged> {
  const at = { environment, workload: name };
  try {
    return { ...at, ...(await effectIn(ports, { ...caller, environment }, name, change)) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ...at, because: error.message, warnings: [] };
  }
}

async function effectIn(
  ports: Ports,
  caller: Caller,
  name: string,
  change: Change,
): Promise<Pick<Judged, "effect" | "warnings">> {
  const { environment } = caller;
  const standing = await asItStands(ports, caller, name);
  if (standing === undefined) return { warnings: [] };
  const { inputs, refused, spec } = standing;
  const repricing = change.repricing && { ...change.repricing, rates: standing.accountRates };
  const after = await changed(ports, caller, spec, inputs, { ...change, repricing });
  const silent = refused.flatMap(({ reasons }) =>
    reasons.flatMap(({ rule, message }) => (rule === "target" ? [`not counted: ${message}`] : [])),
  );
  return {
    effect: effectOn({ environment, workload: name, before: inputs, after: after.inputs }),
    warnings: [...silent, ...after.warnings],
  };
}

/** What a decision is made from, with the change. */
export async function changed(
  ports: Pick<Ports, "store" | "books">,
  caller: Caller,
  spec: Spec,
  inputs: DecisionInputs,
  { policy, contradictory, repricing }: Change,
): Promise<{ readonly inputs: Subject["after"]; readonly warnings: readonly string[] }> {
  const { offers, kept } =
    repricing === undefined
      ? { offers: inputs.offers, kept: [] }
      : reprice(inputs.offers, inputs.needs, repricing);
  const warnings = kept.map(({ id }) => `${id} keeps its price: it was not made from the price book alone`);
  const effective = await policyWith(ports, caller, spec, policy, contradictory);
  if (typeof effective === "string") return { inputs: { contradiction: effective }, warnings };
  if (effective === undefined) return { inputs: { ...inputs, offers }, warnings };
  const { regions } = ports.books.current();
  return {
    inputs: { ...inputs, offers, policy: effective, users: usersAt(effective.users, regions) },
    warnings,
  };
}

// Layers that leave nothing are an answer to the question what would happen, not a reason not to give one.
async function policyWith(
  ports: Pick<Ports, "store" | "books">,
  caller: Caller,
  spec: Spec,
  policy: Change["policy"],
  contradictory: boolean | undefined,
): Promise<Policy | string | undefined> {
  if (policy === undefined) return undefined;
  try {
    const supposing = { changed: policy, contradictory, taken: true };
    return (await effectivePolicy(ports, caller, spec, supposing)).policy;
  } catch (error) {
    if (error instanceof Fault && error.code === "no-placement") return error.message;
    throw error;
  }
}
