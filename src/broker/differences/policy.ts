import { layerLabel, type LayerRef } from "../../domain/layer.ts";
import type { Plan } from "../../domain/plan.ts";
import { changeOf, type Difference } from "./difference.ts";

/** Layers of the policy that came, went, or have another version or content now; and rules that speak now and did not. */
export function policyDifferences(shown: Plan, now: Plan): readonly Difference[] {
  const before = byName(shown.explanation.layers ?? []);
  const after = byName(now.explanation.layers ?? []);
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return [
    ...changeOf("policy", "policy", [shown.explanation.policy, now.explanation.policy]),
    ...names.flatMap((name) =>
      changeOf("policy", `${name} policy`, [versionText(before.get(name)), versionText(after.get(name))]),
    ),
    ...changeOf("policy", "rules that hold it", [holdsText(shown), holdsText(now)]),
  ];
}

function byName(layers: readonly LayerRef[]): ReadonlyMap<string, LayerRef> {
  return new Map(layers.map((layer) => [`${layer.layer} ${layer.name}`, layer]));
}

/** Characters of a content hash that tell two documents apart for people. */
const SHORT_HASH = 8;

function versionText(layer: LayerRef | undefined): string {
  if (layer === undefined) return "absent";
  return `version ${layer.version} (${layer.hash.slice(0, SHORT_HASH)})`;
}

// A hold's sentence may name a time; what counts is which rule holds.
function holdsText({ holds = [] }: Plan): string {
  const texts = holds.map(({ kind, rule, layer }) =>
    layer === undefined ? `${kind} ${rule}` : `${kind} ${rule} of the ${layerLabel(layer)}`,
  );
  return texts.length === 0 ? "none" : texts.toSorted().join(", ");
}
