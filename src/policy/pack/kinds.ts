import type { PlaceQuestion } from "../question.ts";
import type { Policy } from "../policy.ts";
import type { NumberedSet } from "./distinct.ts";

/** What a question has beside its needs, as far as a workload that runs nowhere can have it. */
export type Asked = Pick<
  PlaceQuestion,
  "policy" | "gateway" | "pin" | "avoid" | "workload" | "users" | "peers" | "held"
>;

/** Questions that differ in nothing but their needs, and what is known of them. */
export interface Kind extends Asked {
  readonly manner: Manner;
  /** For each rule, a number for what it reads of the question beside the needs. */
  rules?: readonly number[];
  /** What the rules leave that read nothing of the needs. */
  base?: NumberedSet;
  /** What all rules leave, by the number of what they read of the needs. */
  readonly sets: Map<number, NumberedSet>;
}

/** Kinds that score, tier and spread alike: where the same offers are left to two of them, both want the same. */
export interface Manner {
  /** Numbers of those that are placed alike, by their replicas and then by the offers that are left to them. */
  readonly alike: Map<number, Map<number, number>>;
}

/** The kinds of some questions. Most questions of a policy are of one kind. */
export class Kinds {
  // By the two that differ most from workload to workload; the others seldom do.
  readonly #byPolicy = new Map<Policy, Map<Asked["workload"], Kind[]>>();
  readonly #manners = new Map<Asked["users"], Map<string, Manner>>();

  of(asked: Asked): Kind {
    const { policy, gateway, pin, avoid, workload, users, peers, held } = asked;
    const ofPolicy = this.#byPolicy.get(policy);
    const same = ofPolicy?.get(workload);
    if (same !== undefined) for (const one of same) if (isSame(one, asked)) return one;
    const own: Asked = { policy, gateway, pin, avoid, workload, users, peers, held };
    const made: Kind = { ...own, manner: this.#mannerOf(own), sets: new Map() };
    if (same !== undefined) same.push(made);
    else if (ofPolicy !== undefined) ofPolicy.set(workload, [made]);
    else this.#byPolicy.set(policy, new Map([[workload, [made]]]));
    return made;
  }

  #mannerOf({ policy: { weights, tiers, spread }, users }: Asked): Manner {
    const ofUsers = this.#manners.get(users) ?? new Map<string, Manner>();
    this.#manners.set(users, ofUsers);
    const text = JSON.stringify([weights, tiers, spread]);
    const known = ofUsers.get(text);
    if (known !== undefined) return known;
    const made: Manner = { alike: new Map() };
    ofUsers.set(text, made);
    return made;
  }
}

function isSame(a: Asked, b: Asked): boolean {
  return (
    a.gateway === b.gateway &&
    a.pin === b.pin &&
    a.avoid === b.avoid &&
    a.users === b.users &&
    a.peers === b.peers &&
    a.held === b.held
  );
}
