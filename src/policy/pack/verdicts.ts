import type { Needs } from "../../domain/needs.ts";
import type { Offer } from "../../domain/offer.ts";
import { type Judging, type Rule, RULES } from "../filters.ts";
import { type Bits, intersect, noBits, setBit } from "./bits.ts";
import { Facets } from "./facets.ts";
import { numberOf } from "./table.ts";

/**
 * Which offers the rules leave, for many questions over the same offers. Every rule is asked once for all offers, and for all questions,
 * that are alike in what it reads; the answers are the rules' own. Prices, room and expressions are not asked for here.
 */
export class Verdicts {
  readonly #size: number;
  /** Rows in the order of the bits. */
  readonly #order: Int32Array;
  readonly #facets: Facets;
  readonly #known = new Map<string, Bits | undefined>();
  readonly #identities = new Map<object, number>();
  readonly #needs = new Map<Needs, readonly number[]>();
  readonly #needTexts = RULES.map(() => new Map<string, number>());

  constructor(offers: readonly Offer[], order: Int32Array) {
    this.#size = offers.length;
    this.#order = order;
    this.#facets = new Facets(offers);
  }

  /** Take from a set what some rule objects to. */
  narrow(bits: Bits, judging: Judging): void {
    const needs = this.#needNumbers(judging.needs);
    for (const [index, rule] of ASKED.entries()) {
      const asked = rule.asks.map((part) => this.#identityOf(judging[part])).join();
      const key = `${index}|${needs[index] ?? 0}|${asked}`;
      let left = this.#known.get(key);
      if (left === undefined && !this.#known.has(key)) {
        left = this.#left(rule, judging);
        this.#known.set(key, left);
      }
      if (left !== undefined) intersect(bits, left);
    }
  }

  /** Rows that a rule leaves; undefined when it leaves all. */
  #left(rule: Rule, judging: Judging): Bits | undefined {
    const { groupOf, examples } = this.#facets.by(rule.offer);
    const stands = examples.map((offer) => rule.judge(offer, judging).length === 0);
    if (stands.every(Boolean)) return undefined;
    const bits = noBits(this.#size);
    for (let at = 0; at < this.#size; at++)
      if (stands[groupOf[this.#order[at] ?? 0] ?? 0] === true) setBit(bits, at);
    return bits;
  }

  // What a rule reads of the needs, as a number: thousands of workloads share a few routes and architectures.
  #needNumbers(needs: Needs): readonly number[] {
    const known = this.#needs.get(needs);
    if (known !== undefined) return known;
    const numbers = ASKED.map(({ needs: fields }, index) => {
      const texts = this.#needTexts[index];
      if (fields.length === 0 || texts === undefined) return 0;
      return numberOf(texts, fields.map((field) => JSON.stringify(needs[field])).join("\n"));
    });
    this.#needs.set(needs, numbers);
    return numbers;
  }

  #identityOf(part: unknown): number {
    if (typeof part !== "object" || part === null) return 0;
    const known = this.#identities.get(part);
    if (known !== undefined) return known;
    const next = this.#identities.size + 1;
    this.#identities.set(part, next);
    return next;
  }
}

/** Prices and room differ from offer to offer and with the replicas: they are compared as numbers elsewhere. */
const ASKED = RULES.filter(({ offer }) => !offer.includes("price") && !offer.includes("capacityReplicas"));
