import type { Exception } from "../../domain/exception.ts";
import type { LayerRef } from "../../domain/layer.ts";
import type { Hold, Passed } from "../../domain/plan.ts";
import type { ChangeFacts } from "./facts.ts";
import { frozenUntil } from "./freeze-window.ts";
import { agreedTo, lackOf, speaksOf } from "./lift.ts";
import type { ChangeKind, ChangeRule, ChangeRules, FreezeRule, Layered } from "./rule.ts";

/** Everything that decides whether a change may happen. */
export interface ChangeQuestion {
  readonly facts: ChangeFacts;
  readonly rules: ChangeRules;
  readonly exceptions: readonly Exception[];
  /** Passes freezes and approvals, never a denial. */
  readonly emergency?: { readonly reason: string } | undefined;
  /** It goes on with a change that was let through already: only denials count. */
  readonly continues?: boolean | undefined;
  /** Whether an expression is true of the facts, or the sentence why that cannot be told. */
  readonly holds: (when: string, facts: ChangeFacts) => boolean | string;
}

/** What one rule says of a change. */
export interface Judgement {
  readonly rule: string;
  readonly effect: ChangeRule["effect"];
  readonly layer: LayerRef;
  readonly message: string;
}

/** Whether a change may happen: not when there is a denial, not yet when there is a hold. */
export interface Verdict {
  readonly denials: readonly Judgement[];
  readonly holds: readonly Hold[];
  readonly warnings: readonly Judgement[];
  /** What rules in audit mode would have done. */
  readonly audits: readonly Judgement[];
  /** Rules and freezes that an exception or the emergency lifted. */
  readonly passed: readonly Passed[];
}

/** Judge a change by every rule and freeze of every layer. Each speaks, so that one answer says all there is to change. */
export function judgeChange(question: ChangeQuestion): Verdict {
  const { rules, freezes } = question.rules;
  const verdicts = [
    ...rules.map((rule) => byRule(question, rule)),
    ...(question.continues === true ? [] : freezes.map((freeze) => byFreeze(question, freeze))),
  ];
  return {
    denials: verdicts.flatMap((verdict) => verdict.denials ?? []),
    holds: verdicts.flatMap((verdict) => verdict.holds ?? []),
    warnings: verdicts.flatMap((verdict) => verdict.warnings ?? []),
    audits: verdicts.flatMap((verdict) => verdict.audits ?? []),
    passed: verdicts.flatMap((verdict) => verdict.passed ?? []),
  };
}

function byRule(question: ChangeQuestion, rule: Layered<ChangeRule>): Partial<Verdict> {
  const { facts } = question;
  if (!speaksOfKind(rule.on, facts)) return {};
  const holds = rule.when === undefined || question.holds(rule.when, facts);
  if (holds === false) return {};
  const unclear = typeof holds === "string" ? `${rule.message} (it cannot be judged: ${holds})` : undefined;
  // What cannot be judged is not let through on a signature: nobody can say what would be signed.
  const effect = unclear !== undefined && rule.effect === "approve" ? "deny" : rule.effect;
  const judgement = { rule: rule.name, effect, layer: rule.layer, message: unclear ?? rule.message };
  if (rule.mode === "audit") return { audits: [judgement] };
  if (effect === "warn") return { warnings: [judgement] };
  const { granted, lacks } = exceptionFrom(question, rule);
  if (granted !== undefined) return { passed: [granted] };
  const message = [judgement.message, ...lacks].join("; ");
  if (effect === "deny") return { denials: [{ ...judgement, message }] };
  if (question.continues === true) return {};
  return heldOrPassed(question, {
    kind: "approval",
    rule: rule.name,
    layer: rule.layer,
    message,
    approvals: rule.approvals ?? 1,
  });
}

function byFreeze(question: ChangeQuestion, freeze: Layered<FreezeRule>): Partial<Verdict> {
  const { facts } = question;
  const spoken = freeze.on === undefined ? !isForced(facts) : speaksOfKind(freeze.on, facts);
  if (!spoken) return {};
  const until = frozenUntil(freeze, facts.now);
  if (until === undefined) return {};
  const { granted, lacks } = exceptionFrom(question, freeze);
  if (granted !== undefined) return { passed: [granted] };
  const hold: Hold = {
    kind: "freeze",
    rule: freeze.name,
    layer: freeze.layer,
    message: [freeze.message, ...lacks].join("; "),
  };
  return heldOrPassed(question, Number.isFinite(until) ? { ...hold, until } : hold);
}

// A host that is dead does not wait for a window to end: those changes wait only where a freeze names them.
function isForced({ change }: ChangeFacts): boolean {
  return change.kinds.some((kind) => kind === "failover" || kind === "drain");
}

function speaksOfKind(on: readonly ChangeKind[], { change }: ChangeFacts): boolean {
  return change.kinds.some((kind) => on.includes(kind));
}

function heldOrPassed({ emergency }: ChangeQuestion, hold: Hold): Partial<Verdict> {
  if (emergency === undefined) return { holds: [hold] };
  return { passed: [{ rule: hold.rule, layer: hold.layer, by: { emergency: emergency.reason } }] };
}

function exceptionFrom(
  { exceptions, facts }: ChangeQuestion,
  rule: Layered<ChangeRule> | Layered<FreezeRule>,
): { readonly granted: Passed | undefined; readonly lacks: readonly string[] } {
  const mine = exceptions.filter((exception) => speaksOf(exception, rule, facts));
  const lacking = mine.map((exception) => lackOf(exception, rule));
  const granted = mine[lacking.indexOf(undefined)];
  if (granted === undefined) return { granted, lacks: lacking.filter((lack) => lack !== undefined) };
  const { id, until, requester } = granted;
  const approvers = agreedTo(granted).map(({ actor }) => actor);
  const by = { exception: id, until, requester: requester.actor, approvers };
  return { granted: { rule: rule.name, layer: rule.layer, by }, lacks: [] };
}
