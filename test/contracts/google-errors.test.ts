import { expect, test } from "vitest";
import { KINDS } from "../../src/adapters/cloud-run/classify.ts";
import { HTTP_STATUS } from "../../src/adapters/cloud-run/simulator/reply.ts";
import { CANONICAL, googleErrorProblems } from "./google-errors.ts";

const PATH = "/v2/projects/p/locations/l/services/web";
const refused = (changes: object = {}) => ({
  error: { code: 404, message: "no", status: "NOT_FOUND", ...changes },
});
const problems = (body: unknown, status = 404, path = PATH) =>
  googleErrorProblems(path, status, body, "reply").join("\n");

test("an error by AIP-193 is taken, with typed details or without, and no body at all", () => {
  expect(problems(refused())).toBe("");
  const details = [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "R" }];
  expect(problems(refused({ details }))).toBe("");
  expect(problems(undefined, 502)).toBe("");
});

test.each([
  ["a status that is none", refused({ status: "GONE" }), '"GONE" came with 404'],
  ["the status of another number", refused({ status: "ABORTED" }), '"ABORTED" came with 404'],
  ["another number inside", refused({ code: 5 }), "error.code: 5 came with 404"],
  ["details without a type", refused({ details: [{ reason: "R" }] }), "are no typed messages"],
  ["a message that is none", refused({ message: 7 }), "message: is no text"],
  ["a member that nobody knows", refused({ kind: "x" }), "error.kind: there is no such member"],
  ["OAuth's form elsewhere", { error: "invalid_grant", error_description: "no" }, "is no error of Google's"],
])("%s is found", (_what, body, says) => {
  expect(problems(body)).toContain(says);
});

test("the token endpoint answers in OAuth's form, by OAuth's names", () => {
  const path = "/v1/token";
  const said = (error: string, more: object = {}) => ({ error, error_description: "no", ...more });
  expect(problems(said("unauthorized_client"), 400, path)).toBe("");
  expect(problems(said("not_today"), 400, path)).toContain("not_today is no error of OAuth's");
  expect(problems(said("invalid_grant", { hint: "x" }), 400, path)).toContain("hint");
});

test("the adapter knows exactly Google's codes, and the simulator gives each its own status", () => {
  expect(Object.keys(KINDS).toSorted()).toEqual(Object.keys(CANONICAL).toSorted());
  expect(CANONICAL).toMatchObject(HTTP_STATUS);
});
