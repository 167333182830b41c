import type { Needs } from "../../domain/needs.ts";
import type { Offer } from "../../domain/offer.ts";
import { itemAt } from "../at.ts";
import { RULES } from "../filters.ts";
import type { Held } from "../held.ts";
import type { PlaceMatch } from "../match.ts";
import type { Judging } from "../offer-rule.ts";
import { allBits, type Bits, bitsOfGroups, countBits, firstMissing, intersect } from "./bits.ts";
import { intsOf } from "./column-of.ts";
import { DistinctSets, type NumberedSet } from "./distinct.ts";
import { type Facet, Facets } from "./facets.ts";
import type { Kind } from "./kinds.ts";
import { numberOf } from "./table.ts";

/**
 * Which offers the rules leave, for many questions over the same offers. Every rule is asked once for all offers, and for all questions,
 * that are alike in what it reads; the answers are the rules' own. Prices, room and expressions are not asked for here.
 */
export class Verdicts {
  readonly offers: readonly Offer[];
  readonly #facets: Facets;
  readonly #left = new Map<string, Bits | undefined>();
  readonly #sets = new DistinctSets();
  readonly #allTexts = new Map<string, number>();
  readonly #identities = new Map<unknown, number>();
  readonly #needs = new Map<Needs, NeedNumbers>();
  readonly #needTexts = ASKED.map(() => new Map<string, number>());

  constructor(offers: readonly Offer[]) {
    this.offers = offers;
    this.#facets = new Facets(offers);
  }

  /** What no rule objects to. The set is kept: it is not to be changed. */
  left(kind: Kind, needs: Needs): NumberedSet {
    const numbers = this.#needNumbers(needs);
    const known = kind.sets.get(numbers.all);
    if (known !== undefined) return known;
    const judging = judgingOf(kind, needs);
    kind.base ??= this.#narrowed(allBits(this.offers.length), OF_ALL_NEEDS, numbers, judging);
    const made = this.#sets.of(this.#narrowed(kind.base.slice(), OF_SOME_NEEDS, numbers, judging));
    kind.sets.set(numbers.all, made);
    return made;
  }

  /** For each rule that objects to some offers: to how many, and what it says of one of them. */
  objections(kind: Kind, needs: Needs): readonly Objection[] {
    const numbers = this.#needNumbers(needs);
    const judging = judgingOf(kind, needs);
    return ASKED.flatMap((rule, index) => {
      const left = this.#leftBy(index, numbers, judging);
      if (left === undefined) return [];
      const refusals = rule.judge(itemAt(this.offers, firstMissing(left)), judging);
      const offers = this.offers.length - countBits(left);
      return refusals.slice(0, 1).map(({ message }) => ({ offers, message }));
    });
  }

  #narrowed(bits: Bits, rules: readonly number[], needs: NeedNumbers, judging: Judging): Bits {
    for (const index of rules) {
      const left = this.#leftBy(index, needs, judging);
      if (left !== undefined) intersect(bits, left);
    }
    return bits;
  }

  /** What one rule leaves; undefined when it leaves all. */
  #leftBy(index: number, needs: NeedNumbers, judging: Judging): Bits | undefined {
    const rule = itemAt(ASKED, index);
    if (rule.isIdle(judging)) return undefined;
    const asked = rule.asks.map((part) => this.#identityOf(judging[part])).join();
    const key = `${index}|${itemAt(needs.each, index)}|${asked}`;
    const known = this.#left.get(key);
    if (known !== undefined || this.#left.has(key)) return known;
    const facet = this.#facets.by(rule.offer);
    const stands = intsOf(facet.examples, (offer) => Number(rule.judge(offer, judging).length === 0));
    const bits = stands.includes(0) ? setOf(facet, stands) : undefined;
    this.#left.set(key, bits);
    return bits;
  }

  // What a rule reads of the needs, as a number: thousands of workloads share a few routes and architectures.
  #needNumbers(needs: Needs): NeedNumbers {
    const known = this.#needs.get(needs);
    if (known !== undefined) return known;
    const numbers = ASKED.map(() => 0);
    for (const index of OF_SOME_NEEDS) {
      const text = itemAt(ASKED, index)
        .needs.map((field) => JSON.stringify(needs[field]))
        .join("\n");
      numbers[index] = numberOf(itemAt(this.#needTexts, index), text);
    }
    const made = { each: numbers, all: numberOf(this.#allTexts, numbers.join()) };
    this.#needs.set(needs, made);
    return made;
  }

  #identityOf(part: unknown): number {
    const known = this.#identities.get(part);
    if (known !== undefined) return known;
    this.#identities.set(part, this.#identities.size);
    return this.#identities.size - 1;
  }
}

/** How many offers something stands against, and its sentence about one of them. */
export interface Objection {
  readonly offers: number;
  readonly message: string;
}

/** Prices and room differ from offer to offer and with the replicas: they are compared as numbers elsewhere. */
const ASKED = RULES.filter(({ offer }) => !offer.includes("price") && !offer.includes("capacityReplicas"));

/** Those that read nothing of the needs, and those that do, by their place. */
const OF_ALL_NEEDS = [...ASKED.keys()].filter((index) => ASKED[index]?.needs.length === 0);
const OF_SOME_NEEDS = [...ASKED.keys()].filter((index) => !OF_ALL_NEEDS.includes(index));

/** The offers of the groups that stand. Many questions leave the same groups. */
function setOf({ groupOf, sets }: Facet, stands: Int32Array): Bits {
  const name = stands.join("");
  const known = sets.get(name);
  if (known !== undefined) return known;
  const made = bitsOfGroups(groupOf, stands);
  sets.set(name, made);
  return made;
}

/** What each rule reads of the needs, and all of it together, as numbers. */
interface NeedNumbers {
  readonly each: readonly number[];
  readonly all: number;
}

function judgingOf(kind: Kind, needs: Needs): Judging {
  const { policy, gateway, pin, avoid = NOWHERE, workload, peers, held = NOTHING } = kind;
  return { policy, gateway, pin, avoid, workload, peers, held, needs, values: unasked };
}

const NOWHERE: readonly PlaceMatch[] = [];
const NOTHING: readonly Held[] = [];

/** What expressions would see: those who have some are not asked about here. */
export function unasked(): never {
  throw new Error("a policy with expressions is not placed by columns");
}
