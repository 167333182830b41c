import { Fault } from "../../domain/fault.ts";
import type { Verdict } from "../../policy/rules/judge-change.ts";
import { denied } from "../judge.ts";
import type { DraftWithin } from "./draft-together.ts";

/** A draft of a change with what rules, freezes and budgets say of it. */
export interface Judged extends DraftWithin {
  readonly verdict: Verdict;
}

/** The refusal of a change that a rule denies to some of its workloads: `policy-denied`, with every rule and workload. */
export function deniedAll(judged: readonly Judged[]): Fault | undefined {
  const refused = judged.filter(({ verdict }) => verdict.denials.length > 0);
  if (refused.length === 0) return undefined;
  const faults = refused.map(({ draft, verdict }) => denied(draft.plan, verdict));
  return new Fault("policy-denied", faults.map(({ message }) => message).join(" "), {
    extra: {
      denials: refused.flatMap(({ draft, verdict }) =>
        verdict.denials.map(({ rule, layer, message }) => ({
          workload: draft.plan.workload,
          rule,
          layer,
          message,
        })),
      ),
    },
  });
}
