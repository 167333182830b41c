import { REMEDY, type Trouble } from "../../domain/fault.ts";

export const FAULTABLE = ["offers", "apply", "observe", "destroy", "logs"] as const;
export type Faultable = (typeof FAULTABLE)[number];

/** Every kind of trouble, as words a configuration may say. */
export const TROUBLES: readonly Trouble[] = Object.keys(REMEDY).filter(
  (kind): kind is Trouble => kind in REMEDY,
);

/** A failure on request: the next `times` calls of this verb answer with this kind of trouble. */
export interface FaultRule {
  readonly on: Faultable;
  readonly kind: Trouble;
  readonly times: number;
  /** The call does its work and only its answer is lost: created, but the caller is told that it failed. */
  readonly lostAnswer?: boolean | undefined;
  /** Only calls for this workload; calls that name none (offers of others, observe) are not concerned. */
  readonly workload?: string | undefined;
  readonly message?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** Rule -> how often it has struck; kept with the cloud, so that a restart does not begin again. */
export type FaultsUsed = Readonly<Record<string, number>>;

/** The first rule that still strikes this call, and the counters after it has. */
export function strike(
  rules: readonly FaultRule[],
  used: FaultsUsed,
  on: Faultable,
  workload: string | undefined,
): { readonly rule: FaultRule; readonly used: FaultsUsed } | undefined {
  for (const [index, rule] of rules.entries()) {
    // The rule's own text is part of its key: a changed rule counts anew.
    const key = `${index}:${JSON.stringify(rule)}`;
    const times = used[key] ?? 0;
    const concerned = rule.on === on && (rule.workload === undefined || rule.workload === workload);
    if (concerned && times < rule.times) return { rule, used: { ...used, [key]: times + 1 } };
  }
  return undefined;
}
