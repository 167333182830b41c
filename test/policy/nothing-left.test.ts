import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { allCloudOffers } from "../../src/catalog/cloud-offers.ts";
import type { Offer } from "../../src/domain/offer.ts";
import { PROVIDERS } from "../../src/domain/place.ts";
import { conflicts } from "../../src/policy/contradictions.ts";
import { declaredIn, type PolicyWorld } from "../../src/policy/declared.ts";
import { layered } from "../../src/policy/layers.ts";
import { parsePolicy } from "../../src/policy/parse-policy.ts";
import { place } from "../../src/policy/place.ts";
import type { PolicyRules } from "../../src/policy/policy-rules.ts";
import { aService, aWorker } from "../catalog/needs.ts";
import { OPEN_GATEWAY, OPEN_POLICY } from "./arbitraries.ts";

const book = builtInBook();
const targets = [
  { name: "aws", provider: "ecs" },
  { name: "home", provider: "agents" },
] as const;
const WORLD: PolicyWorld = { regions: book.regions, targets };
const tier = (where: unknown, name = "a") => ({ name, where });

const said = (document: unknown): string => {
  const parsed = parsePolicy(document, { world: WORLD, stored: true });
  return parsed.ok ? "" : parsed.problems.map(({ pointer, message }) => `${pointer} ${message}`).join("\n");
};

describe("a document that no place can satisfy is told which rules, and no other", () => {
  test.each<[string, unknown, string]>([
    [
      "tiers outside the zones, of pools too",
      { jurisdictions: ["EU"], arch: ["amd64"], tiers: [tier({ jurisdictions: ["US"] })] },
      "/jurisdictions no place is let in by all of these at once: jurisdictions, tiers; change one of them",
    ],
    [
      "tiers of regions outside the zones",
      { jurisdictions: ["EU"], tiers: [tier({ regions: ["ecs/us-east-1"] })] },
      "jurisdictions, tiers",
    ],
    [
      "tiers of other regions",
      { regions: ["ecs/eu-west-1"], tiers: [tier({ regions: ["ecs/us-east-1"] })] },
      "regions, tiers",
    ],
    [
      "a processor that the only cloud does not sell",
      { providers: ["cloud-run", "aci"], arch: ["arm64"] },
      "/providers no place is let in by all of these at once: providers, arch",
    ],
    [
      "a target of another cloud",
      { targets: ["aws"], providers: ["aci"] },
      "/providers no place is let in by all of these at once: providers, targets",
    ],
    [
      "a region nobody has where no pool may be",
      { providers: ["ecs", "aci"], regions: ["eu-west-9"] },
      "/providers no place is let in by all of these at once: providers, regions",
    ],
    [
      "pools that may buy only Spot",
      { providers: ["agents"], tiers: [tier({ billing: ["spot"] })] },
      "providers, tiers",
    ],
    [
      "Spot in a region that has none",
      { spot: "allow", regions: ["aci/germanywestcentral"], tiers: [tier({ billing: ["spot"] })] },
      "regions, tiers",
    ],
    [
      "one tier of two that no place is in",
      { tiers: [tier({ providers: ["cloud-run"], billing: ["spot", "on-demand"] }), tier({}, "rest")] },
      "/tiers/0/where no place is all of this at once: providers, billing; change one of them",
    ],
    [
      "a tier's region with a slip",
      { tiers: [tier({}), tier({ regions: ["home", "ecs/eu-wst-1"] }, "b")] },
      "/tiers/1/where/regions/1 ecs has no region eu-wst-1; did you mean eu-west-1?",
    ],
  ])("%s", (_name, document, sentence) => {
    expect(said(document)).toContain(sentence);
  });
});

test.each<[string, unknown]>([
  ["a pool of any name", { regions: ["garage"] }],
  [
    "a pool in a country where no cloud is, and in its zone",
    { jurisdictions: ["LU"], tiers: [tier({ jurisdictions: ["EU"] })] },
  ],
  ["a target that is connected later", { targets: ["spare"], providers: ["aci"] }],
  [
    "labels and expressions, which offers may have",
    { tiers: [tier({ labels: { disk: "ssd" }, when: "offer.cpu > 99.0" })] },
  ],
  [
    "tiers of which one is open",
    { jurisdictions: ["EU"], tiers: [tier({ jurisdictions: ["US"] }), tier({}, "rest")] },
  ],
  ["a processor that one of the clouds sells", { providers: ["cloud-run", "ecs"], arch: ["arm64"] }],
])("%s is let be", (_name, document) => {
  expect(said(document)).toBe("");
});

test("of layers that leave nothing each is named with its field, and one that has no part in it is not", () => {
  const layer = (name: string, rules: PolicyRules) => ({
    ref: { layer: "project", name, version: 1, hash: "" } as const,
    rules,
  });
  const policy = layered([
    layer("residency", { jurisdictions: ["EU"] }),
    layer("cheap", { maxUsdPerMonth: { expected: "9" }, arch: ["amd64", "arm64"] }),
    layer("team", { tiers: [{ name: "us", where: { regions: ["ecs/us-east-1"] } }] }),
  ]);
  expect(conflicts(policy, WORLD).map(({ message }) => message)).toEqual([
    "no place is let in by all of these at once: jurisdictions (policy residency), tiers (policy team); change one of them",
  ]);
});

const zones = fc.subarray(["EU", "US", "DE", "IE", "JP"], { minLength: 1 });
const regions = fc.subarray(
  ["ecs/us-east-1", "eu-west-1", "westeurope", "cloud-run/europe-west1", "eu-west-9"],
  {
    minLength: 1,
  },
);
const clouds = fc.subarray(
  PROVIDERS.filter((one) => one !== "agents"),
  { minLength: 1 },
);
const arch = fc.subarray(["amd64", "arm64"] as const, { minLength: 1 });
const billing = fc.subarray(["on-demand", "spot", "request", "worker-pool", "own"] as const, {
  minLength: 1,
});
const tiers = fc.array(
  fc.record({ providers: clouds, regions, jurisdictions: zones, arch, billing }, { requiredKeys: [] }),
  { minLength: 1, maxLength: 2 },
);
const documents: fc.Arbitrary<PolicyRules> = fc
  .record(
    {
      regions,
      jurisdictions: zones,
      arch,
      spot: fc.constantFrom("allow" as const, "forbid" as const),
      tiers: tiers.map((all) => all.map((where, index) => ({ name: `t${index}`, where }))),
    },
    { requiredKeys: [] },
  )
  // Only clouds: where pools are is their owners' to say, so nothing can be held against what they might be.
  .chain((rules) => clouds.map((providers) => ({ providers, ...rules })));

let offers: readonly Offer[] = [];
beforeAll(() => {
  offers = [aService({ arch: "any" }), aWorker({ arch: "any" })].flatMap((needs) =>
    allCloudOffers(needs, book),
  );
});

test("rules are said to leave nothing exactly where they refuse every offer of the catalog", () => {
  const where = /^policy:(providers|regions|jurisdictions|arch|spot|tiers)$/;
  fc.assert(
    fc.property(documents, (rules) => {
      const ref = { layer: "project", name: "p", version: 1, hash: "" } as const;
      const policy = layered([{ ref, rules }], OPEN_POLICY);
      const { ranked, rejected } = place({
        needs: aService({ arch: "any" }),
        offers,
        policy,
        gateway: OPEN_GATEWAY,
      });
      const allowed =
        ranked.length > 0 || rejected.some(({ reasons }) => !reasons.some(({ rule }) => where.test(rule)));
      expect(conflicts({ ...declaredIn(rules), spot: policy.spot }, WORLD).length === 0).toBe(allowed);
    }),
    { numRuns: 150 },
  );
});
