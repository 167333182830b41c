import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CODE_KINDS, TEXT_KINDS } from "../../src/adapters/ecs/error-table.ts";
import type { Operation } from "../../src/adapters/ecs/api.ts";
import { bucketOf, OPERATIONS } from "../../src/adapters/ecs/quotas.ts";
import { USUAL_RULES } from "../../src/adapters/ecs/simulator/rules.ts";
import { simulate } from "../../src/adapters/ecs/simulator/simulate.ts";
import { EMPTY_STATE } from "../../src/adapters/ecs/simulator/state.ts";
import { DOCUMENTED, errorCodesOf, errorViolations, OF_THE_SDK, UNHEARD_OF } from "./aws-errors.ts";
import { demandAnswer, replyViolations } from "./botocore.ts";
import { takeViolations } from "./ledger.ts";

const operations = Object.keys(OPERATIONS) as readonly Operation[];
const codesKnown = new Set([
  ...operations.flatMap((operation) => errorCodesOf(OPERATIONS[operation].service, operation)),
  ...OF_THE_SDK,
]);

test.each([
  ["ecs", "CreateService", "ClusterNotFoundException", 400],
  ["ecs", "ListTasks", "ServerException", 500],
  ["ecs", "ListTasks", "ThrottlingException", 400],
  ["secretsmanager", "CreateSecret", "ResourceExistsException", 400],
  ["sts", "AssumeRoleWithWebIdentity", "IDPRejectedClaim", 403],
  ["ec2", "DescribeSubnets", "InvalidSubnetID.NotFound", 400],
  ["ec2", "DescribeSubnets", "RequestLimitExceeded", 503],
  ["ecs", "ListTasks", UNHEARD_OF, 418],
])("%s may answer %s with %s", (service, operation, code, status) => {
  expect(errorViolations({ service, operation }, { code, status })).toEqual([]);
});

test.each([
  ["another operation's", "ecs", "CreateService", "LimitExceededException", 400, "is no code of ecs for it"],
  ["another service's", "ec2", "DescribeSubnets", "ThrottlingException", 400, "is no code of ec2 for it"],
  ["one that nobody has", "logs", "GetLogEvents", "LogsGoneException", 400, "is no code of logs for it"],
  [
    "the name of a shape whose code is another",
    "sts",
    "AssumeRoleWithWebIdentity",
    "IDPRejectedClaimException",
    403,
    "is no code of sts for it",
  ],
  [
    "one with another status",
    "sts",
    "AssumeRoleWithWebIdentity",
    "IDPRejectedClaim",
    400,
    "with 403, not 400",
  ],
  ["AWS's own fault as the caller's", "ecs", "ListTasks", "ServerException", 400, "blames the caller"],
  ["the caller's fault as AWS's own", "ecs", "ListTasks", "AccessDeniedException", 500, "blames the aws"],
])("%s is a violation: %s %s answers %s", (_what, service, operation, code, status, says) => {
  const answer = { said: "error", code, message: "no", status } as const;
  const call = { service, operation, input: {} };
  expect(replyViolations(call, answer)).toEqual([expect.stringContaining(says)]);
  expect(() => demandAnswer(call, answer)).toThrow(code);
  expect(takeViolations()).toEqual([expect.stringContaining(`${operation}.error: ${code}`)]);
});

test("every code that the adapter knows is one that AWS, or its SDK, can answer to what Berth asks", () => {
  const known = [...Object.keys(CODE_KINDS), ...TEXT_KINDS.map(({ code }) => code)];
  expect(known.filter((code) => !codesKnown.has(code))).toEqual([]);
});

test("every code that a model lists for what Berth asks is one that the adapter knows", () => {
  const documented = new Set(DOCUMENTED.flatMap(({ codes }) => codes));
  const modelled = [...codesKnown].filter((code) => !documented.has(code));
  expect(modelled.length).toBeGreaterThan(30);
  expect(modelled.filter((code) => !Object.hasOwn(CODE_KINDS, code))).toEqual([]);
});

test("what the simulator can refuse with, asked for by a test or not, is a code of AWS's", () => {
  const folder = join(import.meta.dirname, "../../src/adapters/ecs/simulator");
  const written = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  const refusals = [...written.join("\n").matchAll(/new SimFailure\(\s*"([\w.]+)"/g)].map(
    ([, code = ""]) => code,
  );
  expect(refusals.length).toBeGreaterThan(10);
  expect(refusals.filter((code) => !codesKnown.has(code))).toEqual([]);
});

test("every documented code says where", () => {
  for (const { codes, source } of DOCUMENTED) {
    expect(codes.length).toBeGreaterThan(0);
    expect(source).not.toBe("");
  }
});

test.each(operations)(
  "beyond its rate %s is refused by a code of its own service, which the adapter takes for that",
  (operation) => {
    const { service } = OPERATIONS[operation];
    const { key } = bucketOf(USUAL_RULES.accountId, "eu-west-1", operation);
    const spent = { ...EMPTY_STATE, levels: { [key]: { tokens: 0, at: 1_000 } } };
    const request = { service, operation, region: "eu-west-1", input: {} };
    const { reply } = simulate(spent, request, 1_000, { ...USUAL_RULES, throttles: true });
    if (reply.said !== "error") throw new Error(`${operation} was answered`);
    expect(errorViolations(request, reply)).toEqual([]);
    expect(CODE_KINDS[reply.code]).toBe("throttled");
  },
);
