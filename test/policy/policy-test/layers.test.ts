import { expect, test } from "vitest";
import { ending, problemsIn } from "./tests.ts";

const offers = [
  { place: "ecs/eu-west-1", price: "9.00" },
  { place: "ecs/eu-west-1", billing: "spot", price: "3.00" },
  { place: "cloud-run/us-central1", price: "5.00" },
];

test("layers meet: what any of them refuses stays refused", () => {
  const policy = [{ jurisdictions: ["EU"] }, { spot: "allow" }, { providers: ["ecs"] }];
  const expected = {
    placed: "ecs/eu-west-1 spot",
    rejected: { "cloud-run": ["jurisdictions", "providers"] },
  };
  expect(ending({ policy, given: { offers }, expect: expected }).differences).toEqual([]);
});

test("a layer that is wrong is a problem where it stands", () => {
  const policy = [{ spot: "allow" }, { sopt: "allow" }];
  const [problem] = problemsIn({ policy, given: { offers }, expect: { stays: false } });
  expect(problem?.pointer).toBe("/policy/1/sopt");
});

test("what the spec says inline narrows, and what it would loosen is a problem", () => {
  const narrower = { offers, spec: { policy: { jurisdictions: ["US"] } } };
  expect(ending({ given: narrower, expect: { placed: "cloud-run" } }).differences).toEqual([]);
  const looser = { offers, spec: { policy: { spot: "allow" } } };
  const found = problemsIn({ policy: { spot: "forbid" }, given: looser, expect: { stays: false } });
  expect(found.map(({ pointer }) => pointer)).toEqual(["/tests/0/given/spec/policy/spot"]);
});

test("the tier of the chosen place is told, and a wrong one fails where it was expected", () => {
  const policy = {
    spot: "allow",
    tiers: [
      { name: "spot", where: { billing: ["spot"], regions: ["eu-west-2"] } },
      { name: "steady", where: { billing: ["on-demand"] } },
    ],
  };
  const one = { policy, given: { offers } };
  expect(
    ending({ ...one, expect: { placed: "ecs/eu-west-1 on-demand", tier: "steady" } }).differences,
  ).toEqual([]);
  const [difference] = ending({ ...one, expect: { tier: "spot" } }).differences;
  expect(difference).toMatchObject({ pointer: "/tests/0/expect/tier", expected: "spot", actual: "steady" });
});

test("an expression sees the workload in its surroundings", () => {
  const policy = {
    require: [
      {
        name: "preview-cheap",
        when: "workload.environmentClass != 'preview' || offer.provider == 'cloud-run'",
        message: "Previews run on Cloud Run.",
      },
    ],
  };
  const preview = { offers, environment: { name: "pr-12", class: "preview" } };
  const refused = { placed: "cloud-run", rejected: { ecs: ["preview-cheap"] } };
  expect(ending({ policy, given: preview, expect: refused }).differences).toEqual([]);
  const dear = offers.slice(0, 1);
  expect(ending({ policy, given: { offers: dear }, expect: { placed: "ecs" } }).differences).toEqual([]);
});
