import type { Allotment } from "./allot.ts";
import type { Decision } from "./decision.ts";

/** Replicas on one place or several. */
export type Parts = Extract<Allotment, { ok: true }>["parts"];

/** Where a decision puts the replicas; undefined where no place can take them, or not all of them. */
export function partsOf({ choice, split }: Pick<Decision, "choice" | "split">): Parts | undefined {
  return split?.ok === true && choice.chosen !== undefined ? split.parts : undefined;
}

/** The sentence of a decision: why there, or why nowhere. */
export function whyOf({ choice, split }: Pick<Decision, "choice" | "split">): string {
  return split?.ok === false ? split.because : choice.because;
}
