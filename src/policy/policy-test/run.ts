import { decidePlacement } from "../decision.ts";
import { checkChoice } from "./check-choice.ts";
import { checkOffers } from "./check-offers.ts";
import type { Difference } from "./difference.ts";
import type { PreparedTest } from "./prepare.ts";

/** How one test ended. */
export interface PolicyTestResult {
  readonly name: string;
  readonly pointer: string;
  readonly ok: boolean;
  readonly differences: readonly Difference[];
}

/** Decide, and compare with what was expected. The same test always ends the same way. */
export function runPolicyTest({ name, pointer, inputs, expect }: PreparedTest): PolicyTestResult {
  const looked = { decision: decidePlacement(inputs), offers: inputs.offers, at: `${pointer}/expect` };
  const differences = [checkChoice, checkOffers].flatMap((check) => check(expect, looked));
  return { name, pointer, ok: differences.length === 0, differences };
}
