import type { PlaceQuestion } from "../place.ts";
import type { Policy } from "../policy.ts";
import type { Bits } from "./bits.ts";
import type { NumberedSet } from "./distinct.ts";

/** What a question has beside its needs, as far as a workload that runs nowhere can have it. */
export type Asked = Pick<
  PlaceQuestion,
  "policy" | "gateway" | "pin" | "avoid" | "workload" | "users" | "peers" | "held"
>;

/** Questions that differ in nothing but their needs, and what is known of them. */
export interface Kind extends Asked {
  /** What the rules leave that read nothing of the needs. */
  base?: Bits;
  /** What all rules leave, by the number of what they read of the needs. */
  readonly sets: Map<number, NumberedSet>;
  /** Numbers of those that are placed alike, by their replicas and then by what of the needs makes a difference. */
  readonly alike: Map<number, Map<number, number>>;
}

/** The kinds of some questions. Most questions of a policy are of one kind. */
export class Kinds {
  // By the two that differ most from workload to workload; the others seldom do.
  readonly #byPolicy = new Map<Policy, Map<Asked["workload"], Kind[]>>();

  of(asked: Asked): Kind {
    const { policy, gateway, pin, avoid, workload, users, peers, held } = asked;
    const ofPolicy = this.#byPolicy.get(policy);
    const same = ofPolicy?.get(workload);
    if (same !== undefined) for (const one of same) if (isSame(one, asked)) return one;
    const own: Asked = { policy, gateway, pin, avoid, workload, users, peers, held };
    const made: Kind = { ...own, sets: new Map(), alike: new Map() };
    if (same !== undefined) same.push(made);
    else if (ofPolicy !== undefined) ofPolicy.set(workload, [made]);
    else this.#byPolicy.set(policy, new Map([[workload, [made]]]));
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
