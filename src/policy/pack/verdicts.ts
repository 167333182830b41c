import type { Needs } from "../../domain/needs.ts";
import type { Offer } from "../../domain/offer.ts";
import { intAt, itemAt } from "../at.ts";
import { RULES } from "../filters.ts";
import type { Held } from "../held.ts";
import type { PlaceMatch } from "../match.ts";
import type { Judging, SeenNeeds } from "../offer-rule.ts";
import { bitsOfGroups, countBits, firstMissing } from "./bits.ts";
import { intsOf } from "./column-of.ts";
import type { DistinctSets, NumberedSet } from "./distinct.ts";
import type { Facets } from "./facets.ts";
import type { Kind } from "./kinds.ts";
import { numberOf } from "./table.ts";

/**
 * Which offers the rules leave, for many questions over the same offers. Every rule is asked once for all offers, and for all questions,
 * that are alike in what it reads; the answers are the rules' own. Prices, room and expressions are not asked for here.
 */
export class Verdicts {
  readonly #offers: readonly Offer[];
  readonly #sets: DistinctSets;
  readonly #start: NumberedSet;
  readonly #facets: Facets;
  /** What each rule leaves, by the numbers of what it reads of the question and then of the needs. */
  readonly #left: readonly Map<number, Map<number, NumberedSet>>[] = ASKED.map(() => new Map());
  readonly #askedTexts: readonly Map<string, number>[] = ASKED.map(() => new Map());
  readonly #needTexts: readonly Map<string, number>[] = ASKED.map(() => new Map());
  readonly #allTexts = new Map<string, number>();
  readonly #identities = new Map<unknown, number>();

  /** `start`: the offers that are asked about at all. */
  constructor(offers: readonly Offer[], facets: Facets, sets: DistinctSets, start: NumberedSet) {
    this.#offers = offers;
    this.#sets = sets;
    this.#start = start;
    this.#facets = facets;
  }

  /** Of the offers asked about, those that no rule objects to. */
  left(kind: Kind, needs: Needs, numbers: NeedNumbers): NumberedSet {
    const known = kind.sets.get(numbers.all);
    if (known !== undefined) return known;
    const judging = judgingOf(kind, needs);
    kind.base ??= this.#narrowed(this.#start, OF_ALL_NEEDS, kind, numbers, judging);
    const made = this.#narrowed(kind.base, OF_SOME_NEEDS, kind, numbers, judging);
    kind.sets.set(numbers.all, made);
    return made;
  }

  /** For each rule that objects to some of all offers: to how many, and what it says of one of them. */
  objections(kind: Kind, needs: Needs, numbers: NeedNumbers): readonly Objection[] {
    const judging = judgingOf(kind, needs);
    return ASKED.flatMap((rule, index) => {
      const left = this.#leftBy(index, kind, numbers, judging);
      if (left === this.#sets.all) return [];
      const refusals = rule.judge(itemAt(this.#offers, firstMissing(left.bits)), judging);
      const offers = this.#offers.length - countBits(left.bits);
      return refusals.slice(0, 1).map(({ message }) => ({ offers, message }));
    });
  }

  /** What the rules read of some needs, as numbers: thousands of workloads share a few routes and architectures. */
  numbersOf(needs: Needs): NeedNumbers {
    const each = new Int32Array(ASKED.length);
    for (const index of OF_SOME_NEEDS) {
      const text = itemAt(ASKED, index)
        .needs.map((field) => WRITTEN[field]?.(needs) ?? JSON.stringify(needs[field]))
        .join("\n");
      each[index] = numberOf(itemAt(this.#needTexts, index), text);
    }
    return { each, all: numberOf(this.#allTexts, each.join()) };
  }

  #narrowed(
    start: NumberedSet,
    rules: readonly number[],
    kind: Kind,
    numbers: NeedNumbers,
    judging: Judging,
  ): NumberedSet {
    let set = start;
    for (const index of rules) set = this.#sets.both(set, this.#leftBy(index, kind, numbers, judging));
    return set;
  }

  #leftBy(index: number, kind: Kind, numbers: NeedNumbers, judging: Judging): NumberedSet {
    kind.rules ??= ASKED.map((_rule, at) => this.#askedBy(at, judging));
    const asked = itemAt(kind.rules, index);
    const ofAsked = itemAt(this.#left, index);
    const known = ofAsked.get(asked) ?? new Map<number, NumberedSet>();
    ofAsked.set(asked, known);
    const needed = intAt(numbers.each, index);
    const left = known.get(needed) ?? this.#ask(index, judging);
    known.set(needed, left);
    return left;
  }

  #ask(index: number, judging: Judging): NumberedSet {
    const rule = itemAt(ASKED, index);
    if (rule.isIdle(judging)) return this.#sets.all;
    const { examples, groupOf, sets } = this.#facets.by(rule.offer);
    const stands = intsOf(examples, (offer) => Number(rule.judge(offer, judging).length === 0));
    if (!stands.includes(0)) return this.#sets.all;
    // Many questions leave the same groups.
    const name = stands.join("");
    const left = sets.get(name) ?? this.#sets.of(bitsOfGroups(groupOf, stands));
    sets.set(name, left);
    return left;
  }

  #askedBy(index: number, judging: Judging): number {
    const { policy, asks } = itemAt(ASKED, index);
    const read = [...policy.map((field) => judging.policy[field]), ...asks.map((part) => judging[part])];
    const text = read.map((part) => numberOf(this.#identities, part)).join();
    return numberOf(itemAt(this.#askedTexts, index), text);
  }
}

/** How many offers something stands against, and its sentence about one of them. */
export interface Objection {
  readonly offers: number;
  readonly message: string;
}

/** What each rule reads of some needs, and all of it together, as numbers. */
export interface NeedNumbers {
  readonly each: Int32Array;
  readonly all: number;
}

/** Prices and room differ from offer to offer and with the replicas: they are compared as numbers elsewhere. */
const ASKED = RULES.filter(({ offer }) => !offer.includes("price") && !offer.includes("capacityReplicas"));

/** Those that read nothing of the needs, and those that do, by their place. */
const OF_ALL_NEEDS = [...ASKED.keys()].filter((index) => ASKED[index]?.needs.length === 0);
const OF_SOME_NEEDS = [...ASKED.keys()].filter((index) => !OF_ALL_NEEDS.includes(index));

/** What rules see of some needs, as texts that are equal where that is; of other fields all is seen. */
const WRITTEN: { readonly [Field in keyof Needs]?: (needs: SeenNeeds) => string } = {
  arch: ({ arch }) => arch,
  images: ({ images }) => images?.arches?.join() ?? "any",
  registries: ({ registries }) => registries.join(),
  route: ({ route }) =>
    route === undefined ? "none" : `${route.protocol}\n${route.access}\n${route.maxBodyMiB}`,
};

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
