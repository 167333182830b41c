import { describe, expect, test } from "vitest";
import { classify, failureError } from "../../../src/adapters/ecs/classify.ts";
import { CODE_KINDS, FAILURE_KINDS, TEXT_KINDS } from "../../../src/adapters/ecs/error-table.ts";
import { AdapterError, REMEDY } from "../../../src/domain/fault.ts";

/** An error as the SDK throws it. */
function thrown(name: string, message = "said by AWS", more: object = {}): Error {
  const error = Object.assign(new Error(message), { $metadata: { httpStatusCode: 400 } }, more);
  error.name = name;
  return error;
}

describe("errors of AWS", () => {
  test.each(Object.entries(CODE_KINDS))("%s is %s", (code, kind) => {
    expect(classify(thrown(code))).toMatchObject({ kind });
  });

  test.each([
    ["Request limit exceeded. (ErrorCode: RequestLimitExceeded)", "throttled"],
    ["The subnet ID 'subnet-0' does not exist (ErrorCode: InvalidSubnetID.NotFound)", "invalid"],
    ["Something else. (ErrorCode: NobodyKnows)", "invalid"],
  ])("what another service told ECS counts: %s is %s", (cause, kind) => {
    const message = `Error retrieving security group information for [sg-0]: ${cause}`;
    const error = Object.assign(new Error(message), { name: "InvalidParameterException" });
    expect(classify(error).kind).toBe(kind);
  });

  test.each(TEXT_KINDS.map(({ code, begins, kind }) => [code, begins, kind] as const))(
    "%s that says %s is %s",
    (code, begins, kind) => {
      expect(classify(thrown(code, `${begins} and so on`))).toMatchObject({ kind });
      expect(classify(thrown(code, "something else")).kind).toBe(CODE_KINDS[code]);
    },
  );

  test.each(FAILURE_KINDS.map(({ begins, kind }) => [begins, kind] as const))(
    "a failure of the reason %s is %s",
    (begins, kind) => {
      expect(failureError({ reason: `${begins}:MEMORY`, detail: "d" })).toMatchObject({ kind });
    },
  );

  test("a failure of another reason is a bug that says the reason", () => {
    expect(failureError({ reason: "FLOOD" })).toMatchObject({
      kind: "bug",
      message: expect.stringContaining("FLOOD"),
    });
  });

  test.each([
    [429, "throttled"],
    [401, "denied"],
    [403, "denied"],
    [500, "unavailable"],
    [503, "unavailable"],
    [400, "bug"],
  ] as const)("an unknown code with status %d is %s", (httpStatusCode, kind) => {
    expect(classify(thrown("Flabbergasted", "?", { $metadata: { httpStatusCode } })).kind).toBe(kind);
  });

  test("a page of HTML instead of an answer is told by its status", () => {
    const html = thrown("SyntaxError", "Unexpected token <", {
      $metadata: {},
      $response: { statusCode: 500 },
    });
    expect(classify(html).kind).toBe("unavailable");
  });

  test.each(["ECONNRESET", "ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT", "UND_ERR_SOCKET"])(
    "%s below HTTP is unavailable",
    (code) => {
      expect(classify(Object.assign(new Error("lost"), { code })).kind).toBe("unavailable");
    },
  );

  test("what is nothing of AWS or the network is a bug, and one of ours stays what it is", () => {
    expect(classify(new RangeError("off by one")).kind).toBe("bug");
    expect(classify("a text").kind).toBe("bug");
    const own = new AdapterError("quota", "no more");
    expect(classify(own)).toBe(own);
  });

  test("a token that could not be proved, as the issuer did not answer, is unavailable; a wrong one is denied", () => {
    const lost =
      "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";
    expect(classify(thrown("InvalidIdentityToken", lost)).kind).toBe("unavailable");
    expect(classify(thrown("InvalidIdentityToken", "No OpenIDConnect provider found")).kind).toBe("denied");
  });

  test("when to come back is taken from the answer", () => {
    const slow = thrown("ThrottlingException", "slow down", {
      $response: { headers: { "retry-after": "7" } },
    });
    expect(classify(slow)).toMatchObject({ kind: "throttled", retryAfterMs: 7_000 });
  });

  test("every kind in the tables has a remedy", () => {
    const kinds = [
      ...Object.values(CODE_KINDS),
      ...TEXT_KINDS.map(({ kind }) => kind),
      ...FAILURE_KINDS.map(({ kind }) => kind),
    ];
    for (const kind of kinds) expect(REMEDY).toHaveProperty(kind);
  });
});
