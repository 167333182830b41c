import * as fc from "fast-check";
import { expect, test } from "vitest";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import type { LayerKind } from "../../src/domain/layer.ts";
import { conflicts } from "../../src/policy/contradictions.ts";
import { contradictionsAbove } from "../../src/policy/contradictions-above.ts";
import type { PolicyWorld } from "../../src/policy/declared.ts";
import type { Layer } from "../../src/policy/layer.ts";
import { layered } from "../../src/policy/layers.ts";
import type { PolicyRules } from "../../src/policy/policy-rules.ts";

const WORLD: PolicyWorld = {
  regions: builtInBook().regions,
  targets: [
    { name: "aws", provider: "ecs" },
    { name: "home", provider: "agents" },
  ],
};

const layer = (name: string, rules: PolicyRules, kind: LayerKind = "instance"): Layer => ({
  ref: { layer: kind, name, version: 1, hash: "" },
  rules,
});
const team = (rules: PolicyRules): Layer => layer("team", rules, "project");
const told = (own: PolicyRules, ...above: readonly Layer[]): readonly string[] =>
  contradictionsAbove(team(own), above, WORLD).map(({ problem }) => `${problem.pointer} ${problem.message}`);
const EU = layer("residency", { jurisdictions: ["EU", "CH"] });
const US = { regions: ["ecs/us-east-1"] };
const TIERS = [{ name: "spot", where: { billing: ["spot" as const] } }];

test("the pointer is into the document, and the other layer is named with what it says and what to change", () => {
  expect(told(US, EU)).toEqual([
    "/regions instance policy residency says jurisdictions: EU, CH: together with regions here that leaves no place; " +
      "change regions, or have an administrator of the instance change that policy",
  ]);
});

test.each<[string, PolicyRules, PolicyRules, string, string]>([
  ["providers", { providers: ["aci"] }, { providers: ["ecs"] }, "/providers", "providers: ecs"],
  ["registries", { registries: ["a.test"] }, { registries: ["b.test"] }, "/registries", "registries: b.test"],
  ["processors", { arch: ["arm64"] }, { arch: ["amd64"] }, "/arch", "arch: amd64"],
  ["tiers of Spot alone", { tiers: TIERS, spot: "allow" }, { spot: "forbid" }, "/tiers", "spot: forbid"],
  ["a country", { jurisdictions: ["US"] }, { regions: ["ecs/eu-west-1"] }, "/jurisdictions", "ecs/eu-west-1"],
  [
    "the tiers of another layer",
    { jurisdictions: ["US"] },
    { tiers: [{ name: "eu", where: { jurisdictions: ["EU"] } }] },
    "/jurisdictions",
    'tiers: [{"name":"eu","where":{"jurisdictions":["EU"]}}]',
  ],
])(
  "%s that another layer leaves nothing of are refused in their place",
  (_name, own, above, pointer, says) => {
    const [first = "", ...others] = told(own, layer("house", above));
    expect(others).toEqual([]);
    expect(first.startsWith(`${pointer} instance policy house says `)).toBe(true);
    expect(first).toContain(says);
  },
);

test("a spread that another layer has too few places for is told of its minimum", () => {
  const [first = ""] = told(
    { spread: { over: "region", minimum: 3 } },
    layer("house", { regions: ["ecs/eu-west-1"] }),
  );
  expect(first).toMatch(
    /^\/spread\/minimum instance policy house says regions: .* that leaves too few places; change spread,/,
  );
});

test("of spreads the document's own counts, whatever the rest is held against", () => {
  const above = layer("house", { spread: { over: "region", minimum: 3 }, jurisdictions: ["EU"] });
  expect(told({ ...US, registries: ["a.test"], spread: { over: "region", minimum: 1 } }, above)).toEqual([
    expect.stringMatching(
      /^\/regions instance policy house says jurisdictions: EU: together with regions here /,
    ),
  ]);
});

test("each contradiction is told, with the fewest fields and layers that make it", () => {
  const said = told(
    { ...US, arch: ["arm64"], providers: ["ecs"], registries: ["a.test"] },
    layer("sizes", { minimumFidelity: "exact", providers: ["ecs", "aci"] }),
    EU,
    layer("chips", { arch: ["amd64"] }),
  );
  expect(said.map((one) => one.slice(0, one.indexOf(":")))).toEqual([
    "/arch instance policy chips says arch",
    "/regions instance policy residency says jurisdictions",
  ]);
});

test("what the layers above contradict among themselves, or the document alone, is nobody else's", () => {
  const other = layer("other", { jurisdictions: ["US"], regions: ["ecs/us-east-1"] });
  expect(told({ arch: ["amd64"] }, EU, other)).toEqual([]);
  expect(told({ tiers: TIERS }, layer("chips", { arch: ["amd64"] }))).toEqual([]);
});

test("a long value of another layer is cut", () => {
  const targets = Array.from({ length: 100 }, (_one, index) => `target-${index}`);
  const [first = ""] = told({ targets: ["aws"] }, layer("house", { targets }));
  expect(first).toMatch(/target-1, .*\.\.\.: together/);
  expect(first.length).toBeLessThan(450);
});

const rules: fc.Arbitrary<PolicyRules> = fc.record(
  {
    providers: fc.subarray(["ecs", "aci", "cloud-run", "agents"] as const, { minLength: 1 }),
    jurisdictions: fc.subarray(["EU", "US", "JP"], { minLength: 1, maxLength: 2 }),
    regions: fc.subarray(["ecs/eu-west-1", "us-east-1", "westeurope"], { minLength: 1 }),
    arch: fc.subarray(["amd64", "arm64"] as const, { minLength: 1 }),
    spot: fc.constantFrom("allow", "forbid"),
    tiers: fc.constantFrom(TIERS, [{ name: "eu", where: { jurisdictions: ["EU"] } }]),
    spread: fc.record({ over: fc.constant("region" as const), minimum: fc.integer({ min: 1, max: 3 }) }),
  },
  { requiredKeys: [] },
);

test("one is told exactly where the layers above leave a place, the document does, and both do not", () => {
  fc.assert(
    fc.property(rules, fc.array(rules, { maxLength: 2 }), (own, documents) => {
      const above = documents.map((document, index) => layer(`above-${index}`, document));
      const none = (...layers: readonly Layer[]): boolean => conflicts(layered(layers), WORLD).length > 0;
      const found = contradictionsAbove(team(own), above, WORLD);
      if (!none(...above, team(own))) expect(found).toEqual([]);
      else if (!none(...above) && !none(team(own))) expect(found).not.toEqual([]);
      for (const { problem } of found) expect(Object.keys(own)).toContain(problem.pointer.split("/")[1]);
    }),
    { numRuns: 150 },
  );
});
