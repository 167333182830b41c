import { Big } from "big.js";
import type { ChangeView } from "./api-change.ts";
import { expectedWords } from "./expected-words.ts";
import { count } from "./figures.ts";

/** Which plans were decided together: the change, where, and how many. */
export function changeTitle({ id, state, environment, plans }: ChangeView): string {
  const number = state === "proposed" ? "dry run" : id;
  return [number, environment, count(plans.length, "workload")].join(" · ");
}

/** What all of them are expected to cost a month, and what they did before; nothing where a price is not known. */
export function changePrice({ price }: ChangeView): readonly string[] {
  if (price === undefined) return [];
  // Nothing was there before: that it cost nothing is no news.
  const before = new Big(price.beforeUsd).eq(0) ? undefined : price.beforeUsd;
  return [expectedWords(price.expectedUsd, before)];
}

/** How good the places are together. */
export function packingWords({ packing }: ChangeView): string {
  if (packing.proven) return "no better choice of places is possible";
  // Rounded to nothing and yet not proven: it is said as the least that is not nothing.
  const percent = new Big(packing.withinPercent);
  return `within ${percent.gt(0) ? percent.toString() : LEAST_PERCENT} % of the best possible`;
}

const LEAST_PERCENT = "0.01";
