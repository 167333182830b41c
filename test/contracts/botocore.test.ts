import { expect, test } from "vitest";
import { demandContract, violations } from "./botocore.ts";
import { takeViolations } from "./ledger.ts";

const good = { family: "f", containerDefinitions: [{ name: "web", image: "nginx", cpu: 10 }] };

test("a request that keeps AWS's contract has no violation", () => {
  expect(violations("ecs", "RegisterTaskDefinition", "request", good)).toEqual([]);
});

test.each([
  ["a missing member", { containerDefinitions: [] }, "RegisterTaskDefinition.request.family: is missing"],
  [
    "an unknown member",
    { ...good, color: 1 },
    "RegisterTaskDefinition.request.color: there is no such member",
  ],
  [
    "a wrong type deep inside",
    { ...good, containerDefinitions: [{ cpu: "10" }] },
    'RegisterTaskDefinition.request.containerDefinitions[0].cpu: should be a integer, not "10"',
  ],
  [
    "a word that is not among the choices",
    { ...good, networkMode: "fast" },
    "RegisterTaskDefinition.request.networkMode: fast is none of bridge, host, awsvpc, none",
  ],
  [
    "a map's value",
    { ...good, containerDefinitions: [{ dockerLabels: { a: 1 } }] },
    "RegisterTaskDefinition.request.containerDefinitions[0].dockerLabels.a: should be a string, not 1",
  ],
])("%s is a violation with its path", (_what, document, violation) => {
  expect(violations("ecs", "RegisterTaskDefinition", "request", document)).toEqual([violation]);
  expect(() =>
    demandContract("request", { service: "ecs", operation: "RegisterTaskDefinition" }, document),
  ).toThrow(violation);
  expect(takeViolations()).toEqual([`The contract of AWS is broken: ${violation}`]);
});

test("bounds of lists, texts and numbers are kept", () => {
  const tooLong = { SecretId: "x".repeat(3_000) };
  expect(violations("secretsmanager", "DescribeSecret", "request", tooLong)[0]).toContain(
    "is more than 2048",
  );
  expect(violations("secretsmanager", "ListSecrets", "request", { MaxResults: 101 })[0]).toContain(
    "is more than 100",
  );
  expect(violations("logs", "GetLogEvents", "request", { logStreamName: "a", limit: 0 })[0]).toContain(
    "is less than 1",
  );
});

test("a reply is judged as strictly as a request", () => {
  const [violation] = violations("ecs", "DescribeServices", "reply", { services: [{ desiredCount: 1.5 }] });
  expect(violation).toBe("DescribeServices.reply.services[0].desiredCount: should be a integer, not 1.5");
});
