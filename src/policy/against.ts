import type { Refusal } from "../domain/feature.ts";
import type { Offer } from "../domain/offer.ts";
import { type Place, samePlace } from "../domain/place.ts";
import type { Decision } from "./decision.ts";
import type { Incumbent } from "./question.ts";

/** A place where a workload runs that policy forbids, and what it says. */
export interface Forbidden {
  readonly place: Place;
  readonly reasons: readonly Refusal[];
}

/**
 * The first place where a workload runs that one policy forbids: what stands against it with that policy, and would not without it.
 * What is reported when the policy is stored, and what a simulation of it foretells.
 */
export function forbiddenBy(
  withIt: Decision,
  without: Decision | undefined,
  incumbents: readonly Incumbent[],
): Forbidden | undefined {
  for (const incumbent of incumbents) {
    const others = without === undefined ? [] : againstIncumbent(without, incumbent).map(({ rule }) => rule);
    const reasons = againstIncumbent(withIt, incumbent).filter(({ rule }) => !others.includes(rule));
    if (reasons.length > 0) return { place: incumbent.place, reasons };
  }
  return undefined;
}

/** What policy says against the way it runs now; nothing where that way is allowed, or is not offered any more. */
export function againstIncumbent(decision: Decision, incumbent: Incumbent): readonly Refusal[] {
  return refusalOf(decision, incumbent).filter(({ rule }) => rule.startsWith(POLICY_RULE));
}

/** Everything said against a way to run it, by policy, by an override or by the place itself; nothing where it is allowed or not offered. */
export function refusalOf({ placement }: Decision, incumbent: Omit<Incumbent, "shape">): readonly Refusal[] {
  const here = ({ offer }: { readonly offer: Offer }): boolean =>
    samePlace(offer.place, incumbent.place) && offer.billing === incumbent.billing;
  if (placement.ranked.some(here)) return [];
  const rejected = placement.rejected.filter(here);
  const own = rejected.find(({ offer }) => offer.id === incumbent.offer) ?? rejected[0];
  return own?.reasons ?? [];
}

/** How the names of rules begin that a policy's author wrote; what a place cannot do is nobody's violation. */
const POLICY_RULE = "policy:";
