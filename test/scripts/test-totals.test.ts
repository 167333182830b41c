import { expect, test } from "vitest";
import { addTotals, NO_TESTS, readTotals } from "../../scripts/test-totals.ts";

const report = (...statuses: readonly string[]) =>
  JSON.stringify({
    testResults: [
      {
        name: "a.test.ts",
        status: statuses.includes("failed") ? "failed" : "passed",
        assertionResults: statuses.map((status) => ({ status, fullName: `it is ${status}` })),
      },
    ],
  });

test("passed and failed tests are counted over all runs", () => {
  const totals = addTotals(
    readTotals(report("passed", "failed"), 1, true, "node"),
    readTotals(report("passed"), 0, true, "engines"),
  );
  expect(totals).toEqual({ passed: 2, failed: 1, problems: [] });
});

test("a file that fails before its first test is a failure", () => {
  const broken = JSON.stringify({
    testResults: [{ name: "a.test.ts", status: "failed", assertionResults: [] }],
  });
  expect(readTotals(broken, 1, true, "node")).toMatchObject({ passed: 0, failed: 1 });
});

test("a run that ends badly is a failure even when every test passed, or no report was written", () => {
  expect(readTotals(report("passed"), 1, true, "node").failed).toBe(1);
  expect(readTotals(NO_TESTS, 1, true, "node").failed).toBe(1);
});

test("a test that is left out is a failure, unless tests were filtered", () => {
  expect(readTotals(report("passed", "skipped"), 0, true, "node").failed).toBe(1);
  expect(readTotals(report("passed", "skipped"), 0, false, "node").failed).toBe(0);
});
