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
