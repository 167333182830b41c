import type { Offer } from "../domain/offer.ts";
import { placeLabel } from "../domain/place.ts";
import type { Explanation, Plan } from "../domain/plan.ts";
import { capacityDifferences } from "./differences/capacity.ts";
import { changeOf, type Changed, type Difference } from "./differences/difference.ts";
import { policyDifferences } from "./differences/policy.ts";
import { priceDifferences } from "./differences/prices.ts";
import { workloadDifferences } from "./differences/workload.ts";
import type { NoPlacement } from "./no-placement.ts";

/**
 * What has changed between a plan as it was shown and the same plan made now: prices, policy, capacity and the workload, each with
 * what was and what is. None when committing it now does what was shown.
 */
export function differences(shown: Plan, now: Plan): readonly Difference[] {
  const causes = [
    ...workloadDifferences(shown, now),
    ...policyDifferences(shown, now),
    ...capacityDifferences(shown, now.explanation),
  ];
  const prices = priceDifferences(shown, now);
  const [before, after] = [whereText(shown), whereText(now)];
  return [
    ...causes,
    ...changeOf(
      causes[0]?.changed ?? whyElsewhere(shown, now),
      "where it would run",
      [before, after],
      (from, to) => `it would run on ${to} instead of ${from}`,
    ),
    ...prices,
  ];
}

/** The same where nothing can take the workload any more: what stands against the places it was to run on. */
export function differencesFromNone(
  shown: Plan,
  { because, explanation }: NoPlacement,
): readonly Difference[] {
  const found = [
    ...policyDifferences(shown, { ...shown, explanation }),
    ...capacityDifferences(shown, explanation),
  ];
  const [changed = "capacity"] = found.map((difference) => difference.changed);
  const message = `no place can take it any more: ${because}`;
  return [...found, { changed, what: "where it would run", from: whereText(shown), to: "nowhere", message }];
}

/** The differences as one sentence without its full stop. */
export function differencesText(changes: readonly Difference[]): string {
  return changes.map(({ message }) => message).join("; ");
}

function whereText({ units }: Plan): string {
  if (units.length === 0) return "nowhere";
  return units.map((unit) => `${placeLabel(unit.place)} x${unit.replicas.min}`).join(", ");
}

// Another place ranks best although nothing happened to the one that was chosen: something happened to the other.
function whyElsewhere(shown: Plan, now: Plan): Changed {
  const id = now.units[0]?.offer;
  const before = offerIn(shown.explanation, id);
  const after = offerIn(now.explanation, id);
  return before !== undefined && before.price?.expectedUsd !== after?.price?.expectedUsd
    ? "prices"
    : "capacity";
}

const offerIn = ({ ranked }: Explanation, id: string | undefined): Offer | undefined =>
  ranked.find(({ offer }) => offer.id === id)?.offer;
