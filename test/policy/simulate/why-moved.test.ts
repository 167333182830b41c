import { expect, test } from "vitest";
import type { Offer } from "../../../src/domain/offer.ts";
import type { DecisionInputs } from "../../../src/policy/decision.ts";
import type { Policy } from "../../../src/policy/policy.ts";
import { effectOn } from "../../../src/policy/simulate/simulate.ts";
import { aService } from "../../catalog/needs.ts";
import { anOffer, aPrice, OPEN_GATEWAY, OPEN_POLICY } from "../arbitraries.ts";

const at = (region: string, usd: string, changes: Partial<Offer> = {}) =>
  anOffer(`${region}${changes.billing ?? ""}`, {
    place: { provider: "ecs", region },
    price: aPrice(usd),
    ...changes,
  });
const IE = at("eu-west-1", "10");
const DE = at("eu-central-1", "11", { jurisdictions: ["DE", "EU"] });
const SE = at("eu-north-1", "12", { jurisdictions: ["SE", "EU"] });
const SPOT = at("eu-west-1", "3", { billing: "spot" });

/** The sentence about a workload that runs at some of the offers, when its policy or its offers change. */
function why(
  running: readonly Offer[],
  policies: readonly [before: Partial<Policy>, after: Partial<Policy>],
  offers: readonly Offer[] = [IE, DE, SE],
  then: readonly Offer[] = offers,
): string {
  const incumbents = running.map(({ id, place, billing, shape }) => ({ offer: id, place, billing, shape }));
  const needs = { ...aService(), scale: { ...aService().scale, min: 2, max: 2 } };
  const [before, after] = policies.map((policy): DecisionInputs => ({
    now: 0,
    needs,
    offers,
    policy: { ...OPEN_POLICY, ...policy },
    gateway: OPEN_GATEWAY,
    incumbent: incumbents[0],
    incumbents,
  }));
  if (before === undefined || after === undefined) throw new Error("two policies were given");
  const subject = { environment: "production", workload: "web", before, after: { ...after, offers: then } };
  return effectOn(subject).because;
}

const TWO = { spread: { over: "region", minimum: 2, whenUnsatisfiable: "refuse" } } as const;
const IN = (...jurisdictions: string[]): Partial<Policy> => ({ jurisdictions: [jurisdictions] });

test("a divided workload moves for what refuses the places it leaves, and not for what a place would save", () => {
  expect(why([IE, DE], [TWO, { ...TWO, ...IN("DE", "SE") }])).toMatch(
    /^ecs\/eu-west-1, where it runs now, was refused: outside the jurisdictions of .*; it goes to ecs\/eu-north-1 instead of ecs\/eu-west-1$/,
  );
});

test("places that are refused for the same reason are told together", () => {
  const FI = at("eu-south-1", "13", { jurisdictions: ["IT", "EU"] });
  const all = [IE, DE, SE, FI];
  expect(why([IE, DE], [TWO, { ...TWO, ...IN("SE", "IT") }], all)).toMatch(
    /^ecs\/eu-west-1 and ecs\/eu-central-1, where it runs now, were refused: outside/,
  );
});

test("a workload at one place has the sentence of its plan", () => {
  expect(why([IE], [{}, IN("DE")])).toMatch(
    /^ecs\/eu-west-1, where it runs now, was refused: .*; ecs\/eu-central-1 ranks best$/,
  );
});

test("where only the way it is bought was refused, that is told, though the place stays", () => {
  expect(why([SPOT], [{}, { spot: "forbid" }], [IE, SPOT])).toMatch(
    /^ecs\/eu-west-1 Spot, where it runs now, was refused: Spot .*; it goes to ecs\/eu-west-1 instead of ecs\/eu-west-1 Spot$/,
  );
});

test("where it runs nowhere yet, what refuses the place it would go to is told", () => {
  expect(why([], [{}, IN("DE")])).toMatch(
    /^ecs\/eu-west-1, where it would go otherwise, was refused: .*; it goes to ecs\/eu-central-1 instead/,
  );
});

test("a spread that the change asks for is told as the cause", () => {
  expect(why([IE], [{}, TWO])).toBe(
    "the policy spreads it over 2 or more of region; it goes to ecs/eu-central-1, too",
  );
});

test("a divided workload that moves for prices tells what all of it costs then, and so does one that stays", () => {
  const spread = { ...TWO.spread, over: "jurisdiction" } as const;
  const other = anOffer("other", {
    place: { provider: "aci", region: "germanywestcentral" },
    price: aPrice("12"),
    jurisdictions: ["DE", "EU"],
  });
  const dear = { ...DE, price: aPrice("90") };
  expect(why([IE, DE], [{ spread }, { spread }], [IE, DE, other], [IE, dear, other])).toBe(
    "it goes to aci/germanywestcentral instead of ecs/eu-central-1, for $0.50 a month more",
  );
  expect(why([IE, DE], [TWO, TWO], [IE, DE], [IE, dear])).toBe(
    "it stays at ecs/eu-west-1 and ecs/eu-central-1, for $39.50 a month more",
  );
  const less = { ...DE, price: aPrice("9") };
  expect(why([IE, DE], [TWO, TWO], [IE, DE], [IE, less])).toMatch(/, for \$1.00 a month less$/);
  expect(why([IE, DE], [TWO, TWO])).toBe("it stays at ecs/eu-west-1 and ecs/eu-central-1");
});
