import { expect, test } from "vitest";
import { ending, type OneTest, problemsIn } from "./tests.ts";

const POLICY = {
  rules: [
    {
      name: "own-registry",
      on: ["deploy"],
      when: "image.registry != 'ghcr.io'",
      effect: "deny",
      message: "Images come from ghcr.io only.",
    },
    {
      name: "four-eyes",
      on: ["deploy", "migrate"],
      when: "environment.class == 'production' && !actor.automatic",
      effect: "approve",
      message: "Production needs a second person.",
    },
    {
      name: "latest",
      on: ["deploy"],
      when: "image.tag == 'latest'",
      effect: "warn",
      message: "Pin a version.",
    },
    {
      name: "dear",
      on: ["deploy", "rebalance"],
      when: "change.price.after > change.price.before",
      effect: "deny",
      mode: "audit",
      message: "It gets dearer.",
    },
  ],
  freezes: [
    {
      name: "year-end",
      from: "2026-12-20T00:00:00Z",
      until: "2027-01-04T00:00:00Z",
      message: "Nothing changes over the holidays.",
    },
  ],
};
const image = "ghcr.io/acme/web:1";
const failing = (one: OneTest) =>
  ending({ policy: POLICY, ...one }).differences.map(({ pointer }) => pointer);

test.each([
  ["a deploy to production waits for approval", {}, { deny: [], hold: ["four-eyes"], warn: [], audit: [] }],
  [
    "one from elsewhere is refused",
    { image: "quay.io/a/web:latest" },
    { deny: ["own-registry"], warn: ["latest"] },
  ],
  [
    "what Berth does by itself waits for nobody",
    { kind: "rebalance", actor: "berth" },
    { deny: [], hold: [] },
  ],
  ["a dearer one is written down", { price: { before: "1", after: "2" } }, { audit: ["dear"], deny: [] }],
  ["an emergency waits for nothing", { emergency: true }, { hold: [], deny: [] }],
])("%s", (_, change, expected) => {
  expect(failing({ given: { spec: { image }, change }, expect: expected })).toEqual([]);
});

test("a freeze counts at the time the test gives, and not at another", () => {
  const at = (now: string | undefined) => ({
    spec: { image },
    environment: "staging",
    change: {},
    ...(now === undefined ? {} : { now }),
  });
  expect(failing({ given: at("2026-12-24T12:00:00+01:00"), expect: { hold: ["year-end"] } })).toEqual([]);
  expect(failing({ given: at(undefined), expect: { hold: [] } })).toEqual([]);
});

test("a rule that spoke unasked, and one that did not, both fail where they were expected", () => {
  const given = { spec: { image }, change: {} };
  expect(failing({ given, expect: { hold: [], deny: ["own-registry"], warn: [] } })).toEqual([
    "/tests/0/expect/deny",
    "/tests/0/expect/hold",
  ]);
  const [difference] = ending({ policy: POLICY, given, expect: { hold: [] } }).differences;
  expect(difference).toMatchObject({ expected: "no rule", actual: "four-eyes" });
  expect(difference?.why).toEqual(["four-eyes (hold): Production needs a second person."]);
});

test("what a change costs and whether it moves is told from the placement, where the test does not say", () => {
  const policy = {
    rules: [
      {
        name: "dear-move",
        on: ["deploy"],
        when: "change.moves && change.price.after < change.price.before && change.to[0].provider == 'cloud-run'",
        effect: "deny",
        message: "It moves for money.",
      },
    ],
  };
  const offers = [
    { place: "ecs/eu-west-1", price: "20" },
    { place: "cloud-run/europe-west1", price: "5" },
  ];
  const given = { offers, incumbent: "ecs/eu-west-1", change: {} };
  expect(ending({ policy, given, expect: { placed: "cloud-run", deny: ["dear-move"] } }).differences).toEqual(
    [],
  );
});

test("an expectation about rules without a change is refused", () => {
  const one = { given: { offers: [{ place: "ecs/eu-west-1" }] }, expect: { deny: [] } };
  expect(problemsIn(one)).toEqual([{ pointer: "/tests/0/expect/deny", message: "needs given.change" }]);
});

test("a test about a change alone needs no offers, and one about a placement does", () => {
  expect(problemsIn({ given: { change: {} }, expect: { deny: [] } })).toEqual([]);
  expect(problemsIn({ given: { change: {} }, expect: { placed: "ecs" } })[0]?.pointer).toBe("/tests/0/given");
});
