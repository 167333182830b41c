import { Big } from "big.js";
import { placeLabel } from "../domain/place.ts";
import type { Rejected } from "./place.ts";

/** The least that would have to change for something to be left to choose from. */
export interface NearestChange {
  /** Rules that would have to give way, together. */
  readonly rules: readonly string[];
  /** How many places that would let in. */
  readonly places: number;
  /** The cheapest of them, and what stands against it, in words. */
  readonly first: string;
  readonly reasons: readonly string[];
}

/**
 * Among the fewest rules that stand between some place and the workload, those whose going would let most places in. Undefined when
 * nothing was offered at all.
 */
export function nearestChange(rejected: readonly Rejected[]): NearestChange | undefined {
  const groups = new Map<string, { readonly rules: readonly string[]; readonly offers: Rejected[] }>();
  for (const one of rejected) {
    const rules = [...new Set(one.reasons.map(({ rule }) => rule))].sort();
    const key = JSON.stringify(rules);
    const group = groups.get(key) ?? { rules, offers: [] };
    group.offers.push(one);
    groups.set(key, group);
  }
  const [best] = [...groups.values()].sort(
    (a, b) =>
      a.rules.length - b.rules.length ||
      b.offers.length - a.offers.length ||
      (a.rules.join() < b.rules.join() ? -1 : 1),
  );
  const [first] = [...(best?.offers ?? [])].sort(cheapest);
  if (best === undefined || first === undefined) return undefined;
  return {
    rules: best.rules,
    places: best.offers.length,
    first: placeLabel(first.offer.place),
    reasons: [...new Set(first.reasons.map(({ message }) => message))],
  };
}

/** It as a sentence: what to change, and how far that would go. */
export function nearestSentence({ places, first, reasons }: NearestChange): string {
  const others = places === 1 ? "" : `, and likewise against ${places - 1} more`;
  return `Nearest is ${first}. All that stands against it${others}: ${reasons.join("; ")}`;
}

function cheapest(a: Rejected, b: Rejected): number {
  const [one, other] = [a, b].map(({ offer }) => offer.price?.expectedUsd);
  if (one === undefined || other === undefined || one === other) {
    const unpriced = Number(one === undefined) - Number(other === undefined);
    return unpriced || (a.offer.id < b.offer.id ? -1 : 1);
  }
  return new Big(one).cmp(other);
}
