import type { Refusal } from "../domain/feature.ts";
import { type Place, samePlace } from "../domain/place.ts";
import { againstIncumbent } from "./against.ts";
import type { Incumbent } from "./question.ts";
import { decidePlacement, type Decision, type DecisionInputs } from "./decision.ts";
import type { Layer } from "./layer.ts";
import { layered } from "./layers.ts";

/** What policy says of where a workload runs; `unknown` where a place it is on was not among the offers. */
export type Stand =
  | { readonly state: "allowed" | "unknown" }
  | { readonly state: "forbidden"; readonly at: Incumbent; readonly reasons: readonly Refusal[] };

/** Forbidden if one of the places is; else unknown if one of them is; else allowed, as it is where nothing runs. */
export function standOf(decision: Decision, incumbents: readonly Incumbent[]): Stand {
  for (const at of incumbents) {
    const reasons = againstIncumbent(decision, at);
    if (reasons.length > 0) return { state: "forbidden", at, reasons };
  }
  const { ranked, rejected } = decision.placement;
  const offered = [...ranked, ...rejected].map(({ offer }) => offer);
  const known = incumbents.every(({ place, billing }) =>
    offered.some((offer) => samePlace(offer.place, place) && offer.billing === billing),
  );
  return { state: known ? "allowed" : "unknown" };
}

/** A stored layer that forbids a place, and what it says against it. */
export interface Culprit {
  readonly policy: string;
  readonly version: number;
  readonly place: Place;
  readonly reasons: readonly Refusal[];
}

/**
 * The layer that forbids a place by itself: the one that was known to if it still does, else the widest. Undefined where it is no
 * stored layer's doing, but that of the defaults or of what a spec says inline.
 */
export function culpritOf(
  inputs: DecisionInputs,
  layers: readonly Layer[],
  stand: Stand & { readonly state: "forbidden" },
  known?: Pick<Culprit, "policy" | "version">,
): Culprit | undefined {
  const rules = new Set(stand.reasons.map(({ rule }) => rule));
  const culprits = layers.flatMap((layer) => {
    const alone = decidePlacement({ ...inputs, policy: layered([layer]) });
    const reasons = againstIncumbent(alone, stand.at).filter(({ rule }) => rules.has(rule));
    const { name: policy, version } = layer.ref;
    return reasons.length === 0 ? [] : [{ policy, version, place: stand.at.place, reasons }];
  });
  const still = culprits.find(({ policy, version }) => policy === known?.policy && version === known.version);
  return still ?? culprits[0];
}
