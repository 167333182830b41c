import { Fault } from "../domain/fault.ts";
import type { Spec } from "../domain/spec.ts";
import type { DecisionInputs } from "../policy/decision.ts";
import { usersAt } from "../policy/points.ts";
import type { Policy } from "../policy/policy.ts";
import { type Repricing, reprice } from "../policy/simulate/reprice.ts";
import { effectOn, type SubjectEffect } from "../policy/simulate/simulate.ts";
import type { StoredPolicy, Workload } from "../store/store.ts";
import { asItStandsAnyway } from "./as-it-stands.ts";
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
  /** The policy it is about: what that one forbids is told. */
  readonly of: PolicyName;
  /** That policy as it would be. */
  readonly policy?: NonNullable<Supposing["changed"]> | undefined;
  readonly repricing?: Repricing | undefined;
}

/** A stored policy, whatever it says. */
export type PolicyName = Pick<StoredPolicy, "owner" | "name">;

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
  const standing = await asItStandsAnyway(ports, caller, name);
  if (standing === undefined) return { warnings: [] };
  const { inputs, refused, spec } = standing;
  const repricing = change.repricing && { ...change.repricing, rates: standing.accountRates };
  const { warnings, ...after } = await changed(ports, caller, spec, inputs, { ...change, repricing });
  const silent = refused.flatMap(({ reasons }) =>
    reasons.flatMap(({ rule, message }) => (rule === "target" ? [`not counted: ${message}`] : [])),
  );
  return {
    effect: effectOn({
      environment,
      workload: name,
      before: inputs,
      after: after.inputs,
      without: await withoutPolicy(ports, caller, spec, inputs, change.of),
      // With other prices alone, what contradicted itself still does.
      contradiction: {
        before: standing.contradiction?.message,
        after: change.policy === undefined ? standing.contradiction?.message : after.contradiction,
      },
    }),
    warnings: [...silent, ...warnings],
  };
}

/** What a decision is made from, with the change; where its policies then contradict each other, that sentence beside it. */
interface Changed {
  readonly inputs: DecisionInputs;
  readonly contradiction?: string | undefined;
  readonly warnings: readonly string[];
}

/** What a decision is made from, with the change. */
export async function changed(
  ports: PolicyPorts,
  caller: Caller,
  spec: Spec,
  inputs: DecisionInputs,
  { policy, repricing }: Omit<Change, "of">,
  supposing: Pick<Supposing, "past"> = {},
): Promise<Changed> {
  const { offers, kept } =
    repricing === undefined
      ? { offers: inputs.offers, kept: [] }
      : reprice(inputs.offers, inputs.needs, repricing);
  const warnings = kept.map(({ id }) => `${id} keeps its price: it was not made from the price book alone`);
  if (policy === undefined) return { inputs: { ...inputs, offers }, warnings };
  const effective = await policyWith(ports, caller, spec, { ...supposing, changed: policy, taken: true });
  return {
    inputs: under(ports, { ...inputs, offers }, effective.policy),
    contradiction: effective.contradiction,
    warnings,
  };
}

/** What a decision is made from where a stored policy says nothing, whoever names it. */
export async function withoutPolicy(
  ports: PolicyPorts,
  caller: Caller,
  spec: Spec,
  inputs: DecisionInputs,
  { owner, name }: PolicyName,
  supposing: Pick<Supposing, "past"> = {},
): Promise<DecisionInputs> {
  const gone = { owner, name, rules: undefined };
  const without = { ...supposing, changed: gone, contradictory: true, taken: true, forRemoval: true };
  return under(ports, inputs, (await effectivePolicy(ports, caller, spec, without)).policy);
}

type PolicyPorts = Pick<Ports, "store" | "books">;

function under(ports: PolicyPorts, inputs: DecisionInputs, policy: Policy): DecisionInputs {
  return { ...inputs, policy, users: usersAt(policy.users, ports.books.current().regions) };
}

// Layers that leave nothing are an answer to the question what would happen, not a reason not to give one.
async function policyWith(
  ports: PolicyPorts,
  caller: Caller,
  spec: Spec,
  supposing: Supposing,
): Promise<{ readonly policy: Policy; readonly contradiction?: string }> {
  try {
    return await effectivePolicy(ports, caller, spec, supposing);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "no-placement") throw error;
    const { policy } = await effectivePolicy(ports, caller, spec, { ...supposing, contradictory: true });
    return { policy, contradiction: error.message };
  }
}
