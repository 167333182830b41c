import { expect, test } from "vitest";
import { refersTo, shortName, unknownReference } from "../../../src/policy/policy-test/reference.ts";
import { anOffer } from "../arbitraries.ts";

const aws = { provider: "ecs", target: "aws", region: "eu-west-1" } as const;
const onDemand = anOffer("one", { place: aws });
const spot = anOffer("two", { place: aws, billing: "spot" });
const twin = anOffer("three", { place: aws, billing: "spot" });

test.each([
  ["one", true],
  ["ecs", true],
  ["ecs/eu-west-1", true],
  ["aws/ecs/eu-west-1", true],
  ["aws/ecs", true],
  ["ecs on-demand", true],
  ["ecs spot", false],
  ["aws", false],
  ["gcp/ecs", false],
])("%s speaks of an offer on demand in ecs/eu-west-1 of the target aws: %s", (words, expected) => {
  expect(refersTo(words, onDemand)).toBe(expected);
});

test("an offer is called by no more words than tell it apart, and by its id where none do", () => {
  expect(shortName(onDemand, [onDemand])).toBe("ecs/eu-west-1");
  expect(shortName(onDemand, [onDemand, spot])).toBe("ecs/eu-west-1 on-demand");
  expect(shortName(spot, [spot, twin])).toBe("two");
});

test("words that speak of nothing are told what is near them, if anything is", () => {
  expect(unknownReference("ecs/eu-west-1", [onDemand])).toBeUndefined();
  expect(unknownReference("ecs/eu-west-2", [onDemand])).toContain("did you mean ecs/eu-west-1?");
  expect(unknownReference("somewhere-else-entirely", [onDemand])).toBe("speaks of no given offer");
});
