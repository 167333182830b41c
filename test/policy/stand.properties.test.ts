import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decidePlacement, type DecisionInputs } from "../../src/policy/decision.ts";
import type { Layer } from "../../src/policy/layer.ts";
import { layered } from "../../src/policy/layers.ts";
import type { PolicyRules } from "../../src/policy/policy-rules.ts";
import { culpritOf, standOf } from "../../src/policy/stand.ts";
import { aService } from "../catalog/needs.ts";
import { anOffer, OPEN_GATEWAY, questions, rulesArbitrary } from "./arbitraries.ts";

const layer = (name: string, rules: PolicyRules): Layer => ({
  ref: { layer: "project", name, version: 1, hash: name },
  rules,
});
const layersArbitrary = fc
  .array(rulesArbitrary, { minLength: 1, maxLength: 3 })
  .map((list) => list.map((rules, index) => layer(`policy-${index}`, rules)));
const worlds = fc
  .record({ question: questions, layers: layersArbitrary, at: fc.nat() })
  .filter(({ question }) => question.offers.length > 0)
  .map(({ question, layers, at }) => {
    const offer = question.offers[at % question.offers.length] ?? anOffer("none");
    const { place, billing, shape } = offer;
    const inputs: DecisionInputs = { ...question, now: 0, policy: layered(layers) };
    return { inputs, layers, here: { place, billing, shape, offer: offer.id } };
  });

test("a place is forbidden only by what policy says, and never where it is ranked", () => {
  let forbidden = 0;
  fc.assert(
    fc.property(worlds, ({ inputs, here }) => {
      const decision = decidePlacement(inputs);
      const stand = standOf(decision, [here]);
      const ranked = decision.placement.ranked.some(({ offer }) => offer.id === here.offer);
      if (ranked) expect(stand.state).toBe("allowed");
      if (stand.state !== "forbidden") return;
      forbidden += 1;
      expect(stand.reasons.every(({ rule }) => rule.startsWith("policy:"))).toBe(true);
    }),
  );
  expect(forbidden).toBeGreaterThan(0);
});

test("a place that nobody offers is unknown, whatever else is allowed, unless another of its places is forbidden", () => {
  fc.assert(
    fc.property(worlds, ({ inputs, here }) => {
      const gone = { ...here, place: { ...here.place, region: "gone" } };
      const decision = decidePlacement(inputs);
      const stand = standOf(decision, [here]).state;
      const both = standOf(decision, [gone, here]).state;
      expect(both).toBe(stand === "forbidden" ? "forbidden" : "unknown");
    }),
  );
});

test("nothing that runs nowhere is forbidden", () => {
  fc.assert(
    fc.property(worlds, ({ inputs }) => {
      expect(standOf(decidePlacement(inputs), [])).toEqual({ state: "allowed" });
    }),
  );
});

test("the layer that is blamed forbids the place alone, for a reason that all of them have; a known one stays", () => {
  let blamed = 0;
  fc.assert(
    fc.property(worlds, ({ inputs, layers, here }) => {
      const stand = standOf(decidePlacement(inputs), [here]);
      if (stand.state !== "forbidden") return;
      const culprit = culpritOf(inputs, layers, stand);
      if (culprit === undefined) return;
      blamed += 1;
      const alone = layers.filter(({ ref }) => ref.name === culprit.policy);
      const judged = standOf(decidePlacement({ ...inputs, policy: layered(alone) }), [here]);
      expect(judged.state).toBe("forbidden");
      const rules = stand.reasons.map(({ rule }) => rule);
      expect(culprit.reasons.every(({ rule }) => rules.includes(rule))).toBe(true);
      const more = [layer("wider", alone[0]?.rules ?? {}), ...layers];
      expect(culpritOf(inputs, more, stand)?.policy).toBe("wider");
      expect(culpritOf(inputs, more, stand, culprit)).toEqual(culprit);
      expect(culpritOf(inputs, more, stand, { ...culprit, version: 9 })?.policy).toBe("wider");
    }),
  );
  expect(blamed).toBeGreaterThan(0);
});

test("a layer is not blamed for a default that another layer lifts", () => {
  const us = layer("us-only", { jurisdictions: ["US"] });
  const layers = [layer("spot", { spot: "allow" }), us];
  const { place, billing, shape, id } = anOffer("here", { billing: "spot" });
  const inputs: DecisionInputs = {
    needs: aService(),
    offers: [anOffer("here", { billing: "spot" })],
    gateway: OPEN_GATEWAY,
    now: 0,
    policy: layered(layers),
  };
  const stand = standOf(decidePlacement(inputs), [{ place, billing, shape, offer: id }]);
  if (stand.state !== "forbidden") throw new Error("it is outside the US");
  expect(culpritOf(inputs, layers, stand)).toMatchObject({
    policy: "us-only",
    reasons: [{ rule: "policy:jurisdictions" }],
  });
  expect(culpritOf(inputs, layers, stand)?.reasons).toHaveLength(1);
});
