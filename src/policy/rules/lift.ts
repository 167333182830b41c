import { othersThan, type Exception, type Person } from "../../domain/exception.ts";
import type { ChangeFacts } from "./facts.ts";
import type { ChangeRule, Layered } from "./rule.ts";

/** A rule or freeze as an exception sees it. */
export type Excepted = Layered<Pick<ChangeRule, "name" | "approvals">> & {
  readonly effect?: ChangeRule["effect"] | undefined;
  readonly mode?: ChangeRule["mode"];
};

/** Whether an exception speaks of this rule for this change, now. Whether it is granted is another question. */
export function speaksOf(exception: Exception, rule: Excepted, facts: ChangeFacts): boolean {
  const { environments, workloads } = exception.select;
  return (
    exception.rule === rule.name &&
    exception.createdAt <= facts.now &&
    facts.now < exception.until &&
    (environments?.includes(facts.environment.name) ?? true) &&
    (workloads?.includes(facts.workload.name) ?? true)
  );
}

/** Whether a rule is one that an exception of its name can lift at all: warnings and audits stop nothing. */
export function speaksFor(exception: Exception, rule: Excepted): boolean {
  return exception.rule === rule.name && rule.effect !== "warn" && rule.mode !== "audit";
}

/** Who must still agree to an exception before it lifts this rule. */
export interface Missing {
  readonly people: number;
  /** An administrator of the instance, among them where there are some. */
  readonly administrator: boolean;
}

/** Who must still agree to an exception before it lifts this rule; undefined when it is granted. */
export function missingFor(exception: Exception, rule: Excepted): Missing | undefined {
  const agreed = agreedTo(exception);
  const people = Math.max(demandedOf(rule) - agreed.length, 0);
  const administrator =
    rule.layer.layer === "instance" && ![exception.requester, ...agreed].some((person) => person.ofInstance);
  return people === 0 && !administrator ? undefined : { people, administrator };
}

/** What an exception still lacks before it lifts this rule, as a sentence; undefined when it is granted. */
export function lackOf(exception: Exception, rule: Excepted): string | undefined {
  const missing = missingFor(exception, rule);
  if (missing === undefined) return undefined;
  const { id, requester } = exception;
  return missing.people > 0
    ? `exception ${id} from it waits for ${people(missing.people)} other than ${requester.actor} to approve it`
    : `exception ${id} from it waits for an administrator of the instance, whose rule it is`;
}

/** Everybody who agreed to an exception and did not ask for it, each once, in the order in which they did. */
export function agreedTo(exception: Exception): readonly Person[] {
  return othersThan([exception.requester], exception.approvals);
}

// A rule that asks for approvals asks for as many before it is left out; others only want to know who did it, and until when.
const demandedOf = ({ effect, approvals }: Excepted): number => approvals ?? (effect === "approve" ? 1 : 0);
const people = (count: number): string => (count === 1 ? "1 person" : `${count} people`);
