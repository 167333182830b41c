import type { RankedOffer } from "../domain/plan.ts";
import type { Scale } from "../domain/spec.ts";
import type { Choice } from "./choose.ts";
import type { Held } from "./held.ts";
import type { Policy } from "./policy.ts";
import type { Incumbent } from "./question.ts";

/** What decides how the replicas of a chosen place are divided. */
export interface Distribution {
  readonly ranked: readonly RankedOffer[];
  readonly choice: Choice & { readonly chosen: RankedOffer };
  readonly replicas: Pick<Scale, "min" | "max">;
  readonly policy: Policy;
  readonly held: readonly Held[];
  /** Where its units run now. */
  readonly incumbents: readonly Incumbent[];
}
