import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { LayerKind } from "../../src/domain/layer.ts";
import { hardRulesOf, meet } from "../../src/policy/hard-rules.ts";
import type { Layer } from "../../src/policy/layer.ts";
import { layered, narrow } from "../../src/policy/layers.ts";
import { place } from "../../src/policy/place.ts";
import type { PolicyRules } from "../../src/policy/policy-rules.ts";
import { offersArbitrary, OPEN_POLICY, questions, rulesArbitrary } from "./arbitraries.ts";

/** Mostly silent: where every layer speaks of everything, nothing is left standing to be widened. */
const sometimes = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: value });
const requirements = sometimes(
  fc
    .constantFrom("offer.provider != 'ecs'", "offer.expectedUsd < 9.0", "offer.simulated")
    .map((when) => [{ name: "rule", when, message: "not here" }]),
);
const tiers = sometimes(
  fc
    .subarray(["agents", "ecs", "cloud-run"] as const, { minLength: 1 })
    .map((providers) => providers.map((provider) => ({ name: provider, where: { providers: [provider] } }))),
);
const switches = fc.record({
  spot: sometimes(fc.constantFrom("allow", "forbid")),
  allowPlainHttp: sometimes(fc.boolean()),
  requireDigest: sometimes(fc.boolean()),
});
const rules: fc.Arbitrary<PolicyRules> = fc
  .tuple(sometimes(rulesArbitrary), requirements, tiers, switches, fc.boolean())
  .map(([{ providers, targets, ...hard } = {}, require, ordered, switched, turned]) => ({
    ...switched,
    ...hard,
    // The order in which a list is written is nobody's meaning.
    providers: turned ? providers?.toReversed() : providers,
    targets: turned ? targets?.toReversed() : targets,
    require,
    tiers: ordered,
  }));
/** Half of the offers on Spot and in clear text, so that the switches have something to decide. */
const switched = questions.map((question) => ({
  ...question,
  offers: question.offers.map((offer, index) =>
    index % 2 === 0
      ? offer
      : {
          ...offer,
          billing: "spot" as const,
          path: { ...offer.path, transport: "plain" as const, reach: "name" as const },
        },
  ),
}));

const KINDS = ["instance", "project", "environment", "workload"] as const satisfies readonly LayerKind[];
const layers: fc.Arbitrary<readonly Layer[]> = fc
  .array(fc.tuple(fc.constantFrom(...KINDS), rules), { maxLength: 4 })
  .map((all) =>
    all.map(([layer, said], index) => ({
      ref: { layer, name: `p${index}`, version: 1, hash: `${index}` },
      rules: said,
    })),
  );
const idsOf = (list: readonly { readonly offer: { readonly id: string } }[]): readonly string[] =>
  list.map(({ offer }) => offer.id).sort();

test("hard rules meet alike in whatever order and grouping", () => {
  fc.assert(
    fc.property(fc.array(rules, { minLength: 3, maxLength: 3 }), (three) => {
      const [a, b, c] = three.map((said, index) =>
        hardRulesOf({ ref: { layer: "project", name: `p${index}`, version: 1, hash: "" }, rules: said }),
      );
      if (a === undefined || b === undefined || c === undefined) throw new Error("there are three");
      expect(meet(a, b)).toEqual(meet(b, a));
      expect(meet(meet(a, b), c)).toEqual(meet(a, meet(b, c)));
    }),
    { numRuns: 1_000 },
  );
});

test("the order in which layers of one kind are found changes no hard rule", () => {
  fc.assert(
    fc.property(questions, layers, (question, found) => {
      const left = (all: readonly Layer[]) =>
        idsOf(place({ ...question, policy: layered(all, OPEN_POLICY) }).ranked);
      expect(left([...found].reverse())).toEqual(left(found));
    }),
    { numRuns: 300 },
  );
});

test("one more layer never widens", () => {
  fc.assert(
    fc.property(switched, layers, layers, (question, some, more) => {
      const renamed = more.map((layer) => ({
        ...layer,
        ref: { ...layer.ref, name: `more-${layer.ref.name}` },
      }));
      const left = (all: readonly Layer[]) =>
        idsOf(place({ ...question, policy: layered(all, OPEN_POLICY) }).ranked);
      // Where nobody has said anything of a switch, the base decides; so a layer may allow what only the base forbids.
      const before = new Set(left(some));
      expect(left([...some, ...renamed]).filter((id) => !before.has(id))).toEqual([]);
    }),
    { numRuns: 3_000 },
  );
});

/** Layers that speak of little else than lists, and of most of them: so that two have something to meet in. */
const lists: fc.Arbitrary<PolicyRules> = fc.record(
  {
    providers: fc.subarray(["ecs", "cloud-run", "agents"] as const, { minLength: 1 }),
    targets: fc.subarray(["one", "two"], { minLength: 1 }),
    regions: fc.subarray(["eu-west-1", "us-east-1", "home", "ecs/eu-west-1", "agents/home"], {
      minLength: 1,
    }),
    jurisdictions: fc.subarray(["IE", "US", "EU"], { minLength: 1 }),
    arch: fc.subarray(["amd64", "arm64"] as const, { minLength: 1 }),
    minimumFidelity: fc.constantFrom("exact", "emulated"),
    maxUsdPerMonth: fc.record({ expected: fc.constantFrom("4", "10") }),
  },
  { requiredKeys: [] },
);
const plain = offersArbitrary.map((offers) =>
  offers.map((offer) => ({ ...offer, jurisdictions: ["IE", "EU"], impossible: [] })),
);

test("what two layers let in is exactly what each of them lets in", () => {
  fc.assert(
    fc.property(questions, plain, lists, lists, (question, offers, one, other) => {
      const left = (...said: readonly PolicyRules[]) => {
        const all = said.map((each, index): Layer => ({
          ref: { layer: "project", name: `p${index}`, version: 1, hash: "" },
          rules: each,
        }));
        return idsOf(place({ ...question, offers, policy: layered(all, OPEN_POLICY) }).ranked);
      };
      const alone = new Set(left(one));
      expect(left(one, other)).toEqual(left(other).filter((id) => alone.has(id)));
    }),
    { numRuns: 2_000 },
  );
});

test("an inline policy never widens, whatever it says", () => {
  fc.assert(
    fc.property(switched, layers, rules, (question, stored, inline) => {
      const base = layered(stored, question.policy);
      const before = new Set(idsOf(place({ ...question, policy: base }).ranked));
      const after = idsOf(place({ ...question, policy: narrow(base, inline) }).ranked);
      expect(after.filter((id) => !before.has(id))).toEqual([]);
    }),
    { numRuns: 3_000 },
  );
});

test("of preferences the most specific layer that speaks decides, whatever the order they are found in", () => {
  const weigh = (layer: LayerKind, cost: number): Layer => ({
    ref: { layer, name: layer, version: 1, hash: "" },
    rules: { weights: { cost } },
  });
  const all = [weigh("workload", 4), weigh("instance", 1), weigh("environment", 3), weigh("project", 2)];
  expect(layered(all).weights.cost).toBe(4);
  expect(layered(all.slice(1)).weights.cost).toBe(3);
  expect(layered([...all, weigh("inline", 5)]).weights.cost).toBe(5);
});

test("rules and freezes of all layers add up, each under its layer", () => {
  const rule = { name: "r", on: ["deploy"], effect: "deny", message: "no" } as const;
  const freeze = { name: "f", message: "wait", window: { from: 0, until: 1 } };
  const layer = (kind: LayerKind): Layer => ({
    ref: { layer: kind, name: kind, version: 1, hash: "" },
    rules: { rules: [rule], freezes: [freeze] },
  });
  const policy = layered([layer("project"), layer("inline"), layer("instance")]);
  expect(policy.rules.map((one) => one.layer.layer)).toEqual(["instance", "project", "inline"]);
  expect(policy.freezes.map((one) => one.layer.layer)).toEqual(["instance", "project", "inline"]);
});

test("tiers never reorder within a tier, and every offer of an earlier tier comes first", () => {
  const ordered = ["agents", "cloud-run", "ecs"] as const;
  fc.assert(
    fc.property(questions, offersArbitrary, (question, offers) => {
      const asked = { ...question, offers };
      const plain = place(asked).ranked.map(({ offer }) => offer);
      const policy = {
        ...question.policy,
        tiers: ordered.map((provider) => ({ name: provider, where: { providers: [provider] } })),
      };
      const tiered = place({ ...asked, policy }).ranked;
      expect(tiered.map(({ offer }) => offer)).toEqual(
        ordered.flatMap((provider) => plain.filter((offer) => offer.place.provider === provider)),
      );
      for (const { offer, tier } of tiered) expect(tier).toBe(offer.place.provider);
    }),
  );
});
