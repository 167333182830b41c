import type { Naming } from "./render/service.ts";

/** Facts of AWS that never change once they are there, bounded: what falls out is read again. And when something was last read. */
export interface Known {
  /** URL of an Express service by its ARN and the moment it was made. */
  readonly urls: Map<string, string>;
  /** ARN of a try's task by the try's name. */
  readonly tasks: Map<string, string>;
  /** The unit a task definition was made for, by its ARN; "" where it carries no mark. A revision is never used again. */
  readonly definitions: Map<string, string>;
  /** When the secrets of a region were last looked through, ms. */
  readonly secretsLookedAt: Map<string, number>;
  /** Families of tasks that are left of a unit nobody knows, by its id: its task definitions may be deleted already. */
  readonly strays: Map<string, string>;
  /** Units of jobs by region and id: what was prepared for them lately, and who does so now. */
  readonly prepared: Map<string, Prepared>;
  readonly turns: Map<string, Turn>;
  /** Quotas of the account by region and name. */
  readonly quotas: Map<string, KeptQuota>;
}

/** A quota as it was read last, or is being read, and until when it stands. */
export interface KeptQuota {
  readonly value: Promise<number | undefined>;
  /** ms */
  readonly until: number;
}

/** A unit whose secrets and task definition were there a moment ago. */
export interface Prepared {
  readonly at: number;
  /** What its definition said. */
  readonly family: string;
  readonly naming: Naming;
}

/** Somebody who prepares a unit now; `done` never rejects. */
export interface Turn {
  readonly at: number;
  readonly done: Promise<void>;
}

/** Facts kept of each kind. */
const MOST_KNOWN = 10_000;

/** Remembers a fact, and forgets the oldest when there are too many. */
export function remember<Fact>(facts: Map<string, Fact>, key: string, value: Fact): void {
  facts.delete(key);
  const oldest = facts.keys().next();
  if (facts.size >= MOST_KNOWN && oldest.done === false) facts.delete(oldest.value);
  facts.set(key, value);
}
