import { builtInBook } from "../../../src/catalog/shipped-book.ts";
import { parsePolicyTests } from "../../../src/policy/policy-test/parse.ts";
import { preparePolicyTests } from "../../../src/policy/policy-test/prepare.ts";
import type { TestProblem } from "../../../src/policy/policy-test/read-given.ts";
import { type PolicyTestResult, runPolicyTest } from "../../../src/policy/policy-test/run.ts";

/** One test of a policy that is not about the policy's document. */
export interface OneTest {
  readonly policy?: unknown;
  readonly given: Readonly<Record<string, unknown>>;
  readonly expect: Readonly<Record<string, unknown>>;
}

/** How a single test ends; throws with its problems when it is not even one. */
export function ending({ policy = {}, given, expect }: OneTest): PolicyTestResult {
  const problems = problemsOf({ policy, given, expect });
  if (!Array.isArray(problems)) return problems;
  throw new Error(JSON.stringify(problems));
}

/** What is wrong with a single test. */
export function problemsIn(test: OneTest): readonly TestProblem[] {
  const problems = problemsOf(test);
  return Array.isArray(problems) ? problems : [];
}

function problemsOf({ policy = {}, given, expect }: OneTest): TestProblem[] | PolicyTestResult {
  const parsed = parsePolicyTests({ policy, tests: [{ name: "one", given, expect }] });
  if (!parsed.ok) return [...parsed.problems];
  const prepared = preparePolicyTests(parsed.file, new Map(), builtInBook());
  if (!prepared.ok) return [...prepared.problems];
  const [test] = prepared.value;
  if (test === undefined) throw new Error("one test was written and none was read");
  return runPolicyTest(test);
}
