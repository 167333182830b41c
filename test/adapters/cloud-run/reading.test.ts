import { expect, test } from "vitest";
import { readResource } from "../../../src/adapters/cloud-run/reading.ts";

const stageOf = (completionStatus: unknown) =>
  readResource("jobs", { latestCreatedExecution: { name: "e1", completionStatus } }).executionStage;

test("how far a job's execution has come is read by name and by number, and is unknown where Google does not say", () => {
  const words = ["SUCCEEDED", "FAILED", "RUNNING", "PENDING", "CANCELLED"];
  const stages = ["succeeded", "failed", "running", "pending", "cancelled"];
  expect(words.map((word) => stageOf(`EXECUTION_${word}`))).toEqual(stages);
  // google.cloud.run.v2.ExecutionReference.CompletionStatus numbers them from 1.
  expect([1, 2, 3, 4, 5].map(stageOf)).toEqual(stages);
  expect(["COMPLETION_STATUS_UNSPECIFIED", 0, 6, undefined].map(stageOf)).toEqual(Array(4).fill(undefined));
});
