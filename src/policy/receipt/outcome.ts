import { canonicalJson } from "../../domain/canonical-json.ts";
import type { Offer } from "../../domain/offer.ts";
import type { Decision, DecisionInputs } from "../decision.ts";
import type { Outcome } from "./receipt.ts";

/** A decision with its offers named by their position among the inputs'. */
export function outcomeOf(inputs: DecisionInputs, { placement, choice, split }: Decision): Outcome {
  const positions = new Map(inputs.offers.map((offer, index) => [offer, index]));
  const position = (offer: Offer): number => {
    const index = positions.get(offer);
    if (index === undefined)
      throw new Error(`a decision names offer ${offer.id}, which was not among its inputs`);
    return index;
  };
  return {
    ranked: placement.ranked.map(({ offer, ...scored }) => ({ offer: position(offer), ...scored })),
    rejected: placement.rejected.map(({ offer, reasons }) => ({ offer: position(offer), reasons })),
    chosen: choice.chosen && position(choice.chosen.offer),
    stays: choice.stays,
    because: choice.because,
    split: splitOf(split, position),
  };
}

/** The text by which two outcomes are the same or not. */
export function canonicalOutcome(outcome: Outcome): string {
  return canonicalJson(outcome);
}

function splitOf(split: Decision["split"], position: (offer: Offer) => number): Outcome["split"] {
  if (split === undefined) return undefined;
  if (!split.ok) return { because: split.because };
  return {
    parts: split.parts.map(({ ranked, replicas }) => ({ offer: position(ranked.offer), replicas })),
  };
}
