import { expect, test } from "vitest";
import {
  Absent,
  classifyGoogle,
  codeName,
  KINDS,
  TEXT_KINDS,
  troubleOf,
} from "../../../src/adapters/cloud-run/classify.ts";
import { classifySdk } from "../../../src/adapters/cloud-run/sdk-errors.ts";

const ROWS = [
  ["CANCELLED", 1, "unavailable"],
  ["UNKNOWN", 2, "bug"],
  ["INVALID_ARGUMENT", 3, "invalid"],
  ["DEADLINE_EXCEEDED", 4, "unavailable"],
  ["NOT_FOUND", 5, "conflict"],
  ["ALREADY_EXISTS", 6, "conflict"],
  ["PERMISSION_DENIED", 7, "denied"],
  ["RESOURCE_EXHAUSTED", 8, "quota"],
  ["FAILED_PRECONDITION", 9, "invalid"],
  ["ABORTED", 10, "conflict"],
  ["OUT_OF_RANGE", 11, "invalid"],
  ["UNIMPLEMENTED", 12, "bug"],
  ["INTERNAL", 13, "unavailable"],
  ["UNAVAILABLE", 14, "unavailable"],
  ["DATA_LOSS", 15, "bug"],
  ["UNAUTHENTICATED", 16, "denied"],
] as const;

test.each(ROWS)(
  "%s is kind %s by name and by its number %i, over REST and over gRPC",
  (code, number, kind) => {
    expect(codeName(number)).toBe(code);
    expect(classifyGoogle({ code, message: "so" }).kind).toBe(kind);
    expect(classifySdk(Object.assign(new Error("so"), { code: number })).kind).toBe(kind);
  },
);

test("every code of the table has its test", () => {
  expect(ROWS.map(([code]) => code).toSorted()).toEqual(Object.keys(KINDS).toSorted());
});

test("a rate is throttled and told when to come back; what may exist at once is a quota", () => {
  const rate = { code: "RESOURCE_EXHAUSTED", message: "so", reason: "RATE_LIMIT_EXCEEDED" };
  expect(classifyGoogle(rate).kind).toBe("throttled");
  expect(classifyGoogle({ ...rate, reason: undefined }).kind).toBe("quota");
  const timed = classifyGoogle(
    troubleOf(429, { error: { status: "RESOURCE_EXHAUSTED", message: "so" } }, "7"),
  );
  expect(timed).toMatchObject({ kind: "throttled", retryAfterMs: 7_000 });
});

test.each(TEXT_KINDS.map(({ code, text, kind }) => [text, code, kind] as const))(
  "%s in an answer %s is kind %s, over REST and over gRPC, and without it is another",
  (text, code, kind) => {
    const number = ROWS.find(([name]) => name === code)?.[1];
    const message = `template.containers.resources.limits.cpu: no. ${text} 2.`;
    expect(classifyGoogle({ code, message }).kind).toBe(kind);
    expect(classifySdk(Object.assign(new Error(message), { code: number })).kind).toBe(kind);
    expect(classifyGoogle({ code, message: "template.containers: no." }).kind).not.toBe(kind);
  },
);

test.each([
  [429, "throttled"],
  [401, "denied"],
  [403, "denied"],
  [502, "unavailable"],
  [501, "bug"],
  [418, "bug"],
])("an answer %i that is none of Google's is %s", (status, kind) => {
  expect(classifyGoogle(troubleOf(status, undefined, null)).kind).toBe(kind);
});

test("what is not there is told apart from other conflicts by its class, not by its words", () => {
  expect(classifyGoogle({ code: "NOT_FOUND", message: "so" })).toBeInstanceOf(Absent);
  expect(classifyGoogle({ code: "ALREADY_EXISTS", message: "so" })).not.toBeInstanceOf(Absent);
});
