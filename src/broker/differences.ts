import { canonicalJson } from "../domain/canonical-json.ts";
import { placeLabel } from "../domain/place.ts";
import type { Plan } from "../domain/plan.ts";

/** What has changed between a plan as it was shown and the same plan made now, as sentences; none when nothing has. */
export function differences(shown: Plan, now: Plan): readonly string[] {
  const where = (plan: Plan) =>
    plan.units.map((unit) => `${placeLabel(unit.place)} x${unit.replicas.min}`).join(", ");
  const price = (plan: Plan) => plan.price?.expectedUsd ?? "unknown";
  const template = (plan: Plan) => canonicalJson(plan.units.map((unit) => unit.template));
  return [
    ...(shown.parent === now.parent && shown.generation === now.generation
      ? []
      : ["the workload has changed meanwhile"]),
    ...(where(shown) === where(now) ? [] : [`it would run on ${where(now)} instead of ${where(shown)}`]),
    ...(price(shown) === price(now)
      ? []
      : [`it would cost ${price(now)} USD a month instead of ${price(shown)}`]),
    ...(template(shown) === template(now) ? [] : ["what would run is no longer the same"]),
  ];
}
