import { AdapterError } from "../domain/fault.ts";
import { freezeUnits } from "../domain/freeze.ts";
import type { Offer } from "../domain/offer.ts";
import type { Template, Unit } from "../domain/plan.ts";
import type { Spec } from "../domain/spec.ts";
import type { Target } from "../store/instance.ts";
import type { Caller, Ports } from "./ports.ts";

/**
 * Offers, those refused whose document could not be made for this spec: an offer looks at sizes and features, and only the document at
 * names, paths and the provider's own `x-` fields. One is tried for each target, billing and architecture; nothing else changes it.
 */
export function withRenderRefusals(
  ports: Pick<Ports, "open">,
  caller: Caller,
  { spec, template }: { readonly spec: Spec; readonly template: Template },
  targets: readonly Target[],
  offers: readonly Offer[],
): readonly Offer[] {
  const said = new Map<string, string | undefined>();
  const whyNot = (offer: Offer): string | undefined => {
    const target = targets.find(({ name }) => name === offer.place.target);
    if (target === undefined) return undefined;
    const key = [target.name, offer.billing, offer.shape.arch].join("\n");
    if (!said.has(key)) said.set(key, refusal(ports, target, sampleUnit(caller, spec, template, offer)));
    return said.get(key);
  };
  return offers.map((offer) => {
    const message = offer.impossible.length > 0 ? undefined : whyNot(offer);
    return message === undefined ? offer : { ...offer, impossible: [{ rule: "render", message }] };
  });
}

function refusal(ports: Pick<Ports, "open">, target: Target, unit: Unit | undefined): string | undefined {
  if (unit === undefined) return undefined;
  try {
    ports.open(target).render(unit);
    return undefined;
  } catch (error) {
    if (error instanceof AdapterError && error.kind === "invalid") return error.message;
    throw error;
  }
}

// Its id and generation are of no plan: they only have to be of the form that all have.
function sampleUnit(caller: Caller, spec: Spec, template: Template, offer: Offer): Unit | undefined {
  const { min, max } = spec.scale;
  const [unit] = freezeUnits({
    project: caller.project.id,
    environment: caller.environment,
    workloadId: "wl_sample",
    generation: 1,
    spec,
    template,
    revision: "sample",
    allotments: [{ offer, replicas: { min: Math.max(1, min), max: Math.max(1, max) } }],
    standing: [],
    usedIds: new Set(),
    fresh: true,
  });
  return unit;
}
