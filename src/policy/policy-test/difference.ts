import { formatUsd } from "../../domain/money.ts";
import type { Offer } from "../../domain/offer.ts";
import type { RankedOffer } from "../../domain/plan.ts";
import type { Decision } from "../decision.ts";
import { shortName } from "./reference.ts";

/** One thing that came out otherwise than was expected. */
export interface Difference {
  /** Where the expectation stands in the file. */
  readonly pointer: string;
  /** What it is about: `placed`, `rejected ecs/eu-west-1`. */
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
  /** Why it came out so, each a sentence. */
  readonly why: readonly string[];
}

/** What a check looks at. `at` is the pointer of the test's expectations. */
export interface Looked {
  readonly decision: Decision;
  readonly offers: readonly Offer[];
  readonly at: string;
}

/** Offers described where one would do. */
export const MAX_SHOWN = 5;

/** A ranked offer in a line: which, for how much, and how it scores. */
export function described({ offer, total, scores }: RankedOffer, offers: readonly Offer[]): string {
  const parts = Object.entries(scores).map(([name, score]) => `${name} ${score.toFixed(2)}`);
  const price =
    offer.price === undefined ? "price not known" : `${formatUsd(offer.price.expectedUsd)} a month`;
  return `${shortName(offer, offers)} at ${price}, score ${total.toFixed(2)} (${parts.join(", ")})`;
}
