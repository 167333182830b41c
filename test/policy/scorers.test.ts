import { expect, test } from "vitest";
import { place } from "../../src/policy/place.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { aService } from "../catalog/needs.ts";
import { anOffer, aPrice, OPEN_GATEWAY, OPEN_POLICY } from "./arbitraries.ts";

const rank = (offers: Parameters<typeof place>[0]["offers"], policy: Partial<Policy> = {}) =>
  place({ needs: aService(), offers, policy: { ...OPEN_POLICY, ...policy }, gateway: OPEN_GATEWAY }).ranked;

test("of two equal places the cheaper ranks first", () => {
  expect(
    rank([anOffer("a", { price: aPrice("10") }), anOffer("b", { price: aPrice("9.99") })])[0]?.offer.id,
  ).toBe("b");
});

test("a place that costs nothing does not make every other worth nothing", () => {
  const [free, cents, dear] = rank([
    anOffer("free", { price: aPrice("0") }),
    anOffer("cents", { price: aPrice("0.10") }),
    anOffer("dear", { price: aPrice("100") }),
  ]);
  expect(free?.scores["cost"]).toBe(1);
  expect(cents?.scores["cost"]).toBeGreaterThan(0.9);
  expect(dear?.scores["cost"]).toBeLessThan(0.05);
});

test("at one price the more faithful place ranks first, and what may be taken away ranks last", () => {
  const emulated = [{ field: "/scale", level: "emulated", message: "x" }] as const;
  const ids = rank([
    anOffer("a", { billing: "spot" }),
    anOffer("b", { fidelity: emulated }),
    anOffer("c"),
  ]).map(({ offer }) => offer.id);
  expect(ids).toEqual(["c", "b", "a"]);
});

const NOTHING: Policy["weights"] = { cost: 0, latency: 0, carbon: 0, fidelity: 0, stability: 0 };

test("weights decide what counts", () => {
  const cheap = anOffer("cheap", { price: aPrice("1"), billing: "spot" });
  const steady = anOffer("steady", { price: aPrice("50") });
  const first = (weights: Policy["weights"]) => rank([cheap, steady], { weights })[0]?.offer.id;
  expect(first({ ...NOTHING, cost: 1 })).toBe("cheap");
  expect(first({ ...NOTHING, stability: 1 })).toBe("steady");
});

test("a policy that weighs nothing ranks by id", () => {
  const weights = NOTHING;
  expect(
    rank([anOffer("b"), anOffer("a", { price: aPrice("99") })], { weights }).map(({ total }) => total),
  ).toEqual([0, 0]);
  expect(rank([anOffer("b"), anOffer("a", { price: aPrice("99") })], { weights })[0]?.offer.id).toBe("a");
});
