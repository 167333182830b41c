import { othersThan, type Exception } from "../../domain/exception.ts";
import type { ChangeFacts } from "./facts.ts";
import type { ChangeRule, Layered } from "./rule.ts";

/** A rule or freeze as an exception sees it. */
export type Excepted = Layered<Pick<ChangeRule, "name" | "approvals">> & {
  readonly effect?: ChangeRule["effect"] | undefined;
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

/** What an exception still lacks before it lifts this rule, as a sentence; undefined when it is granted. */
export function lackOf(exception: Exception, rule: Excepted): string | undefined {
  const agreed = othersThan([exception.requester], exception.approvals);
  const missing = demandedOf(rule) - agreed.length;
  if (missing > 0)
    return `exception ${exception.id} from it waits for ${people(missing)} other than ${exception.requester.actor} to approve it`;
  const ofInstance = [exception.requester, ...agreed].some((person) => person.ofInstance);
  if (rule.layer.layer === "instance" && !ofInstance)
    return `exception ${exception.id} from it waits for an administrator of the instance, whose rule it is`;
  return undefined;
}

// A rule that asks for approvals asks for as many before it is left out; others only want to know who did it, and until when.
const demandedOf = ({ effect, approvals }: Excepted): number => approvals ?? (effect === "approve" ? 1 : 0);
const people = (count: number): string => (count === 1 ? "1 person" : `${count} people`);
