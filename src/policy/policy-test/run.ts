import { celHolds } from "../cel/change-values.ts";
import { type Decision, decidePlacement } from "../decision.ts";
import { judgeChange, type Verdict } from "../rules/judge-change.ts";
import { givenChange } from "./change-facts.ts";
import { checkChange } from "./check-change.ts";
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

/** Decide, judge, and compare with what was expected. The same test always ends the same way. */
export function runPolicyTest(test: PreparedTest): PolicyTestResult {
  const { name, pointer, inputs, expect } = test;
  const at = `${pointer}/expect`;
  const decision = decidePlacement(inputs);
  const looked = { decision, offers: inputs.offers, at };
  const differences = [
    ...[checkChoice, checkOffers].flatMap((check) => check(expect, looked)),
    ...checkChange(expect, verdictOn(test, decision), at),
  ];
  return { name, pointer, ok: differences.length === 0, differences };
}

function verdictOn(test: PreparedTest, decision: Decision): Verdict | undefined {
  const { change, inputs, spec, surroundings } = test;
  if (change === undefined) return undefined;
  return judgeChange({
    facts: givenChange(change, { spec, surroundings, inputs, decision }),
    rules: inputs.policy,
    exceptions: [],
    emergency: change.emergency === true ? { reason: "given by the test" } : undefined,
    holds: celHolds,
  });
}
