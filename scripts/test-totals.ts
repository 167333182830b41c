/** What one or several runs of vitest come to. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  /** Failures that no test stands for, as sentences. */
  readonly problems: readonly string[];
}

/** The part of vitest's JSON report that is read here. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** The report of a run that wrote none. */
export const NO_TESTS = JSON.stringify({ testResults: [] } satisfies Report);

/**
 * Counts vitest's JSON report. A file that did not load, a run that ended badly although every test passed, and (unless tests were
 * filtered) a test that was left out are failures too: "0 failed" is only ever said when all of it ran well.
 */
export function readTotals(json: string, exitCode: number, complete: boolean, what: string): Totals {
  const report: Report = JSON.parse(json);
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const withStatus = (status: string) => tests.filter((test) => test.status === status);
  const left = tests.filter(({ status }) => status !== "passed" && status !== "failed");
  const problems = [
    ...report.testResults
      .filter(
        (file) =>
          file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
      )
      .map((file) => `${file.name} failed outside its tests.`),
    ...(complete ? left.map((test) => `Left out: ${test.fullName}.`) : []),
  ];
  const failed = withStatus("failed").length + problems.length;
  const unexplained =
    exitCode !== 0 && failed === 0 ? [`The run of ${what} ended with code ${exitCode}.`] : [];
  const passed = withStatus("passed").length;
  return { passed, failed: failed + unexplained.length, problems: [...problems, ...unexplained] };
}

/** Two runs as one. */
export function addTotals(a: Totals, b: Totals): Totals {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    problems: [...a.problems, ...b.problems],
  };
}
