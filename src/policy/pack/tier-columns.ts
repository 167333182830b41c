import type { Offer } from "../../domain/offer.ts";
import { intAt } from "../at.ts";
import type { Policy } from "../policy.ts";
import type { Tier, TierWhere } from "../soft-rules.ts";
import { tierChain, tierOf } from "../tiers.ts";
import { type Bits, bitsWhere } from "./bits.ts";
import { intsOf } from "./column-of.ts";
import type { Facets } from "./facets.ts";
import { unasked } from "./verdicts.ts";

/** Offers by the tiers of a policy. */
export interface Tiers {
  /** The place of each offer's tier in the order in which they are tried; one beyond the last for an offer that is in none. */
  readonly of: Int32Array;
  /** The offers of each tier, and of none. */
  readonly members: readonly Bits[];
}

/** Which tier takes each offer in, asked once for all offers that are alike in what the tiers look at. */
export class TierColumns {
  readonly #facets: Facets;
  readonly #byPolicy = new Map<Policy, Tiers>();

  constructor(facets: Facets) {
    this.#facets = facets;
  }

  of(policy: Policy): Tiers {
    const known = this.#byPolicy.get(policy);
    if (known !== undefined) return known;
    const chain = tierChain(policy.tiers);
    const { examples, groupOf } = this.#facets.by(readBy(chain));
    const tiers = intsOf(examples, (offer) => tierOf(offer, chain, unasked) ?? chain.length);
    const of = groupOf.map((group) => intAt(tiers, group));
    const members = Array.from({ length: chain.length + 1 }, (_, tier) =>
      bitsWhere(of.length, (at) => intAt(of, at) === tier),
    );
    const made = { of, members };
    this.#byPolicy.set(policy, made);
    return made;
  }
}

/** What each part of a tier looks at; expressions are not asked about here. */
const READ: readonly (readonly [Exclude<keyof TierWhere, "when">, keyof Offer])[] = [
  ["providers", "place"],
  ["targets", "place"],
  ["regions", "place"],
  ["jurisdictions", "jurisdictions"],
  ["billing", "billing"],
  ["arch", "shape"],
  ["labels", "labels"],
];

function readBy(chain: readonly Tier[]): readonly (keyof Offer)[] {
  const read = READ.filter(([part]) => chain.some(({ where }) => where[part] !== undefined));
  return [...new Set(read.map(([, field]) => field))];
}
