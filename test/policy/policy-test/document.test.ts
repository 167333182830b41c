import { expect, test } from "vitest";
import { namedFiles, parsePolicyTests, policyTestJsonSchema } from "../../../src/policy/policy-test/parse.ts";
import { problemsIn } from "./tests.ts";

const OFFERS = [{ place: "ecs/eu-west-1" }];
const fine = { given: { offers: OFFERS }, expect: { placed: "ecs/eu-west-1" } };
const pointers = (found: readonly { readonly pointer: string }[]) => found.map(({ pointer }) => pointer);

test.each([
  ["an unknown field of a file", { polcy: {}, tests: [] }, "/polcy", "policy"],
  ["an unknown field of a test", { policy: {}, tests: [{ name: "a", givn: {} }] }, "/tests/0/givn", "given"],
  [
    "an unknown field of an offer",
    { policy: {}, tests: [{ ...fine, name: "a", given: { offers: [{ place: "ecs/x", prise: 1 }] } }] },
    "/tests/0/given/offers/0/prise",
    "price",
  ],
  [
    "an unknown expectation",
    { policy: {}, tests: [{ ...fine, name: "a", expect: { plased: "ecs" } }] },
    "/tests/0/expect/plased",
    "placed",
  ],
])("%s is a problem where it stands, with the field that was meant", (_, document, pointer, meant) => {
  const parsed = parsePolicyTests(document);
  const problem = parsed.ok ? undefined : parsed.problems.find((one) => one.pointer === pointer);
  expect(problem?.message).toContain(`did you mean ${meant}?`);
});

test.each([
  ["expects nothing", { given: { offers: OFFERS }, expect: {} }, "/tests/0/expect"],
  ["gives neither offers nor the catalog", { given: {}, expect: { stays: true } }, "/tests/0/given"],
  [
    "gives both offers and the catalog",
    { given: { offers: OFFERS, catalog: true, spec: {} }, expect: { stays: true } },
    "/tests/0/given/catalog",
  ],
  [
    "asks the catalog without a spec",
    { given: { catalog: true }, expect: { stays: true } },
    "/tests/0/given/catalog",
  ],
  [
    "names an offer that is not given",
    { given: { offers: OFFERS }, expect: { order: ["ecs/eu-west-1", "aci/westeurope"] } },
    "/tests/0/expect/order/1",
  ],
  [
    "expects an offer refused that is not given",
    { given: { offers: OFFERS }, expect: { rejected: { "ecs/eu-west-2": ["spot"] } } },
    "/tests/0/expect/rejected/ecs~1eu-west-2",
  ],
  [
    "gives two offers that cannot be told apart",
    { given: { offers: [...OFFERS, ...OFFERS] }, expect: { stays: false } },
    "/tests/0/given/offers/1",
  ],
  [
    "gives a spec that is none",
    { given: { offers: OFFERS, spec: { resources: { memmory: "1Gi" } } }, expect: { stays: false } },
    "/tests/0/given/spec/resources/memmory",
  ],
  ["has a policy that is none", { ...fine, policy: { jurisdiction: ["EU"] } }, "/policy/jurisdiction"],
])("a test that %s is refused with the place that is wrong", (_, one, pointer) => {
  expect(pointers(problemsIn(one))).toContain(pointer);
});

test("two tests of one name, and a test without any policy, are refused", () => {
  const parsed = parsePolicyTests({
    tests: [
      { ...fine, name: "a" },
      { ...fine, name: "a", policy: {} },
    ],
  });
  expect(parsed.ok ? [] : pointers(parsed.problems)).toEqual(["/tests/0", "/tests/1/name"]);
});

test.each([undefined, null, 1, "x", [], { tests: null }, { tests: [null] }, { tests: [{ expect: null }] }])(
  "whatever is given as a file (%j) is answered with problems",
  (document) => {
    expect(parsePolicyTests(document).ok).toBe(false);
  },
);

test("the files that tests name are told once each", () => {
  const parsed = parsePolicyTests({
    policy: "eu.yaml",
    tests: [
      { ...fine, name: "a", policy: "strict.yaml" },
      { ...fine, name: "b", policy: "eu.yaml", given: { offers: OFFERS, spec: "web.yaml" } },
    ],
  });
  expect(parsed.ok ? namedFiles(parsed.file) : []).toEqual([
    { name: "eu.yaml", pointer: "/policy", holds: "policy" },
    { name: "strict.yaml", pointer: "/tests/0/policy", holds: "policy" },
    { name: "web.yaml", pointer: "/tests/1/given/spec", holds: "spec" },
  ]);
});

test("the JSON Schema knows every field and refuses others", () => {
  const schema = JSON.parse(JSON.stringify(policyTestJsonSchema()));
  expect(schema.additionalProperties).toBe(false);
  expect(Object.keys(schema.properties)).toEqual(["policy", "tests"]);
  const one = schema.properties.tests.items;
  expect(one.additionalProperties).toBe(false);
  expect(Object.keys(one.properties.given.properties)).toContain("offers");
});
