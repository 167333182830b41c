import { DECISION_VERSION, decidePlacement } from "../decision.ts";
import { firstDifference, type OutcomeDifference } from "./first-difference.ts";
import { canonicalOutcome, outcomeOf } from "./outcome.ts";
import type { Receipt } from "./receipt.ts";

/** What came of deciding again from a receipt. */
export interface Replay {
  /** Whether the outcome is the same, byte for byte. */
  readonly identical: boolean;
  /** Offers that were weighed. */
  readonly offers: number;
  /** The version of the rules that decided then, and of those that decided again now. */
  readonly rules: { readonly decided: number; readonly replayed: number };
  readonly difference?: OutcomeDifference | undefined;
}

/** Decide again from a receipt, with the same function as then, and compare. Pure: no clock, no store, no network. */
export function replayReceipt({ inputs, outcome, rules }: Receipt): Replay {
  const again = outcomeOf(inputs, decidePlacement(inputs));
  const identical = canonicalOutcome(again) === canonicalOutcome(outcome);
  return {
    identical,
    offers: inputs.offers.length,
    rules: { decided: rules, replayed: DECISION_VERSION },
    difference: identical ? undefined : firstDifference(inputs.offers, outcome, again),
  };
}
