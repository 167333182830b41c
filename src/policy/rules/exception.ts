import type { ChangeFacts } from "./facts.ts";
import type { ChangeRule, Layered } from "./rule.ts";

/** Somebody who asked or agreed: the name they act under, and the token that proved it. */
export interface Person {
  readonly actor: string;
  readonly token: string;
  /** Their token is the instance's, so that they may also speak for its rules. */
  readonly ofInstance: boolean;
}

/** A rule that does not count for some workloads until a time. */
export interface Exception {
  readonly id: string;
  /** Name of the rule or freeze. */
  readonly rule: string;
  readonly select: ExceptionSelect;
  readonly reason: string;
  /** When it lapses by itself, ms. */
  readonly until: number;
  readonly createdAt: number;
  readonly requester: Person;
  readonly approvals: readonly (Person & { readonly at: number })[];
}

/** Names of environments and workloads it is for; a list that is absent means all of the project. */
export interface ExceptionSelect {
  readonly environments?: readonly string[] | undefined;
  readonly workloads?: readonly string[] | undefined;
}

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

/** People who are none of the authors, and of two who share a name or a token only the first: each counts once. */
export function othersThan<P extends Pick<Person, "actor" | "token">>(
  authors: readonly Pick<Person, "actor" | "token">[],
  persons: readonly P[],
): readonly P[] {
  const counted: P[] = [];
  for (const person of persons) {
    const same = (other: Pick<Person, "actor" | "token">) =>
      other.actor === person.actor || other.token === person.token;
    if (!authors.some(same) && !counted.some(same)) counted.push(person);
  }
  return counted;
}

// A rule that asks for approvals asks for as many before it is left out; others only want to know who did it, and until when.
const demandedOf = ({ effect, approvals }: Excepted): number => approvals ?? (effect === "approve" ? 1 : 0);
const people = (count: number): string => (count === 1 ? "1 person" : `${count} people`);
