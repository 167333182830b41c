import { Fault } from "../domain/fault.ts";
import { layerLabel } from "../domain/layer.ts";
import type { Plan, Warning } from "../domain/plan.ts";
import type { Policy } from "../policy/policy.ts";
import { celHolds } from "../policy/cel/change-values.ts";
import { changeFacts } from "../policy/rules/facts.ts";
import { judgeChange, type Judgement, type Verdict } from "../policy/rules/judge-change.ts";
import type { Spec } from "../domain/spec.ts";
import type { NewEvent } from "../store/store.ts";
import { budgetHolds, budgetsLeft, capsInTheWay, capWarnings } from "./budget-holds.ts";
import type { Draft } from "./draft.ts";
import { policyForRemoval } from "./effective-policy.ts";
import type { Lineage } from "./lineage.ts";
import type { Caller, Ports } from "./ports.ts";

/** Most exceptions of one project that count at once: the latest to end first. */
const MAX_EXCEPTIONS = 1_000;

/**
 * A draft with what rules, freezes and budgets say of it now. `continues`: it goes on with a change that was let through already, so
 * that nothing but a denial counts. Refuses nothing and writes nothing.
 */
export async function judgeDraft(
  ports: Ports,
  caller: Caller,
  lineage: Pick<Lineage, "inForce">,
  draft: Draft,
  continues?: boolean,
): Promise<{ readonly verdict: Verdict; readonly draft: Draft }> {
  const { plan, spec } = draft;
  const policy = draft.decided?.inputs.policy ?? (await policyForRemoval(ports, caller, spec));
  const change = { plan, inForce: lineage.inForce, spec, policy, continues };
  const said = await judge(ports, caller, change);
  const { verdict, warnings } =
    continues === true ? { verdict: said, warnings: [] } : await withBudgets(ports, caller, draft, said);
  const warned = { ...plan, warnings: [...plan.warnings, ...warnings] };
  return { verdict, draft: { ...draft, plan: withVerdict(warned, verdict) } };
}

// What has to leave a dead place does not wait for money, and what is removed costs none.
async function withBudgets(ports: Ports, caller: Caller, draft: Draft, verdict: Verdict): Promise<Budgeted> {
  const { plan, spec, money } = draft;
  if (plan.units.length === 0 || plan.trigger === "failover" || plan.trigger === "drain")
    return { verdict, warnings: [] };
  const { workload, emergency } = plan;
  const asked = { workload, labels: spec.labels, ceilingUsd: money.ceilingUsd };
  const [holds, caps, left] = await Promise.all([
    budgetHolds(ports, caller, asked),
    capsInTheWay(ports, caller, asked),
    budgetsLeft(ports, caller, asked),
  ]);
  if (emergency === undefined)
    return {
      verdict: { ...verdict, holds: [...verdict.holds, ...holds] },
      warnings: [...capWarnings(workload, caps), ...left],
    };
  const rules = new Set([...holds.map(({ rule }) => rule), ...caps.map(({ budget }) => budget)]);
  const passed = [...rules].map((rule) => ({ rule, by: { emergency: emergency.reason } }));
  return { verdict: { ...verdict, passed: [...verdict.passed, ...passed] }, warnings: left };
}

/** A verdict with what budgets add to it. */
interface Budgeted {
  readonly verdict: Verdict;
  readonly warnings: readonly Warning[];
}

/** A change that is about to happen, and the policy that says whether it may. */
interface Change {
  readonly plan: Plan;
  readonly inForce: Plan | undefined;
  readonly spec: Spec;
  readonly policy: Pick<Policy, "rules" | "freezes">;
  /** It goes on with a change that was let through already. */
  readonly continues?: boolean | undefined;
}

/** What the rules and freezes of every layer say of a change now. Reads nothing where there are none. */
async function judge(ports: Ports, caller: Caller, change: Change): Promise<Verdict> {
  const { plan, inForce, spec, policy, continues } = change;
  const { rules, freezes } = policy;
  if (rules.length + freezes.length === 0) return NOTHING_SAID;
  const now = ports.now();
  const [environment, exceptions] = await Promise.all([
    ports.store.environment(caller.project.id, caller.environment),
    ports.store.exceptions(caller.project.id, { standingAt: now, limit: MAX_EXCEPTIONS }),
  ]);
  return judgeChange({
    facts: changeFacts({
      plan,
      inForce,
      workload: spec,
      environment: {
        name: caller.environment,
        class: environment?.class ?? "production",
        protected: environment?.protected ?? false,
        labels: environment?.labels ?? {},
      },
      now,
    }),
    rules: { rules, freezes },
    exceptions,
    emergency: plan.emergency,
    continues,
    holds: celHolds,
  });
}

const NOTHING_SAID: Verdict = { denials: [], holds: [], warnings: [], audits: [], passed: [] };

/** The plan with what the rules say of it: holds, warnings, and what an exception or an emergency passed. */
function withVerdict(plan: Plan, { holds, warnings, audits, passed }: Verdict): Plan {
  const notes: readonly Warning[] = [
    ...warnings.map(({ rule, message }) => ({ code: "policy-warning", message: `${rule}: ${message}` })),
    ...audits.map((audit) => ({ code: "policy-audit", message: auditWords(audit) })),
  ];
  return {
    ...plan,
    ...(notes.length === 0 ? {} : { warnings: [...plan.warnings, ...notes] }),
    ...(holds.length === 0 ? {} : { holds }),
    ...(passed.length === 0 ? {} : { passed: [...(plan.passed ?? []), ...passed] }),
  };
}

/** The refusal of a change that a rule denies: `policy-denied`, with every rule that does and its layer. */
export function denied(plan: Plan, { denials }: Verdict): Fault {
  const words = denials.map(({ rule, layer, message }) => `${message} (${rule}, ${layerLabel(layer)})`);
  return new Fault("policy-denied", `${plan.workload} may not be changed so: ${words.join("; ")}.`, {
    extra: { denials: denials.map(({ rule, layer, message }) => ({ rule, layer, message })) },
  });
}

/** What history keeps of a verdict beside the plan: rules in audit mode, and everything that was passed. */
export function verdictEvents(plan: Plan, { audits }: Verdict, at: number): readonly NewEvent[] {
  const base = { at, actor: plan.actor };
  return [
    ...audits.map(({ rule, effect, layer, message }) => ({
      ...base,
      type: "policy.audit",
      message: auditWords({ rule, effect, layer, message }),
      data: { plan: plan.id, rule, effect, layer },
    })),
    ...(plan.emergency === undefined
      ? []
      : [
          {
            ...base,
            type: "change.emergency",
            message: plan.emergency.reason,
            data: { plan: plan.id, trigger: plan.trigger, passed: plan.passed ?? [] },
          },
        ]),
    ...(plan.passed ?? []).flatMap(({ rule, by }) =>
      "exception" in by
        ? [
            {
              ...base,
              type: "exception.used",
              message: `exception ${by.exception} lifted ${rule}`,
              data: { plan: plan.id, rule, ...by },
            },
          ]
        : [],
    ),
  ];
}

const WOULD: Readonly<Record<Judgement["effect"], string>> = {
  deny: "deny this",
  approve: "hold this for approval",
  warn: "warn",
};
const auditWords = ({ rule, effect, layer, message }: Judgement): string =>
  `${rule} (${layerLabel(layer)}, audit only) would ${WOULD[effect]}: ${message}`;
