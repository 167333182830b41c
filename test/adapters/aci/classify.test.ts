import { RestError } from "@azure/core-rest-pipeline";
import { expect, test } from "vitest";
import { classified, classify, isAbsent } from "../../../src/adapters/aci/classify.ts";
import { ERROR_TABLE } from "../../../src/adapters/aci/error-table.ts";
import { AdapterError } from "../../../src/domain/fault.ts";

const failure = { status: 409, message: "words", retryAfterMs: undefined };

test.each(ERROR_TABLE.map((row, index) => [index, row] as const))(
  "row %i of the error table gives its kind, and what to change",
  (_index, { code, status = 409, text = "words", kind, hint = "", source }) => {
    const error = classified({ ...failure, code, status, message: `Azure says: ${text}.` });
    expect(error).toBeInstanceOf(AdapterError);
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(code);
    expect(error.message).toContain(hint);
    expect(source.length).toBeGreaterThan(10);
  },
);

test("no row hides another", () => {
  const keys = ERROR_TABLE.map(({ code, status, text }) => `${code} ${status ?? ""} ${text ?? ""}`);
  expect(new Set(keys).size).toBe(keys.length);
});

test.each([
  [400, "invalid"],
  [401, "denied"],
  [403, "denied"],
  [404, "denied"],
  [408, "unavailable"],
  [409, "conflict"],
  [412, "conflict"],
  [418, "bug"],
  [429, "throttled"],
  [500, "unavailable"],
  [503, "unavailable"],
] as const)("an unknown code goes by its status: %i is %s", (status, kind) => {
  expect(classified({ ...failure, code: "NeverHeardOf", status }).kind).toBe(kind);
});

test("errors of the SDK are read: code, status and Retry-After", () => {
  const headers = { get: (name: string) => (name === "retry-after" ? "7" : undefined) };
  const error = Object.assign(new Error("slow down"), {
    statusCode: 429,
    code: "TooManyRequests",
    response: { headers },
  });
  expect(classify(error)).toMatchObject({ kind: "throttled", retryAfterMs: 7_000 });
  expect(classify(new RestError("no route", { code: "ENOTFOUND" })).kind).toBe("unavailable");
  expect(classify(Object.assign(new Error("ended"), { name: "AbortError" })).kind).toBe("unavailable");
});

test("what is not Azure's at all is a bug", () => {
  expect(classify(new TypeError("x is not a function")).kind).toBe("bug");
  expect(classify("words").kind).toBe("bug");
  expect(classify(undefined).kind).toBe("bug");
});

test("absent is only the very thing that was asked for, never its resource group", () => {
  expect(isAbsent({ statusCode: 404, code: "ResourceNotFound" })).toBe(true);
  expect(isAbsent({ statusCode: 404, code: "ResourceGroupNotFound" })).toBe(false);
  expect(isAbsent({ statusCode: 404, code: "SubscriptionNotFound" })).toBe(false);
  expect(isAbsent({ statusCode: 500, code: "ResourceNotFound" })).toBe(false);
});
