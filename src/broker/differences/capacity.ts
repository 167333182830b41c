import type { Refusal } from "../../domain/feature.ts";
import type { Offer } from "../../domain/offer.ts";
import { placeLabel } from "../../domain/place.ts";
import type { Explanation, Plan, Unit } from "../../domain/plan.ts";
import { type Changed, changeOf, type Difference } from "./difference.ts";

/**
 * Room at the places a plan chose, as far as the plan may ever need it: of a pool with room for hundreds the next workload's
 * replica is no difference. Also what now speaks against such a place, under the rule that speaks.
 */
export function capacityDifferences(shown: Plan, explanation: Explanation): readonly Difference[] {
  return [...new Map(shown.units.map((unit) => [unit.offer, unit])).values()].flatMap((unit) => {
    const before = offerOf(shown.explanation, unit.offer);
    const after = offerOf(explanation, unit.offer);
    const refused = explanation.rejected.find(({ offer }) => offer.id === unit.offer);
    if (refused !== undefined) return refused.reasons.map((reason) => refusalDifference(unit, reason));
    if (before === undefined || (after === undefined && (explanation.omitted?.ranked ?? 0) > 0)) return [];
    const most = mostOf(shown, unit.offer);
    const rooms = [roomText(before, most), after === undefined ? GONE : roomText(after, most)] as const;
    return changeOf("capacity", `room at ${placeLabel(unit.place)}`, rooms);
  });
}

const GONE = "nothing: it is no longer offered";

const offerOf = ({ ranked }: Explanation, id: string): Offer | undefined =>
  ranked.find(({ offer }) => offer.id === id)?.offer;

/** The most replicas that a plan may come to run on an offer. */
function mostOf({ units }: Plan, offer: string): number {
  return units.filter((unit) => unit.offer === offer).reduce((sum, { replicas }) => sum + replicas.max, 0);
}

function roomText({ capacityReplicas }: Offer, most: number): string {
  if (capacityReplicas === undefined || capacityReplicas >= most) return `room for all ${most} replicas`;
  return `room for ${capacityReplicas} of ${most} replicas`;
}

function refusalDifference({ place }: Unit, { rule, message }: Refusal): Difference {
  const label = placeLabel(place);
  return {
    changed: changedBy(rule),
    what: `whether ${label} takes it`,
    from: "yes",
    to: `no: ${message}`,
    message: `${label} no longer takes it: ${message}`,
  };
}

function changedBy(rule: string): Changed {
  if (rule.startsWith("policy") || rule === "tier" || rule === "require") return "policy";
  if (rule === "price") return "prices";
  if (rule === "pin" || rule === "avoid" || rule === "arch" || rule.startsWith("feature:")) return "workload";
  return "capacity";
}
