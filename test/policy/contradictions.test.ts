import { describe, expect, test } from "vitest";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import type { PolicyWorld } from "../../src/policy/declared.ts";
import { impossibilities } from "../../src/policy/contradictions.ts";
import { completePolicy, layered, narrow } from "../../src/policy/layers.ts";
import { parsePolicy } from "../../src/policy/parse-policy.ts";
import { DEFAULT_POLICY } from "../../src/policy/policy.ts";

const { regions } = builtInBook();
const targets = [
  { name: "aws", provider: "ecs" },
  { name: "home", provider: "agents" },
] as const;
const WORLD: PolicyWorld = { regions, targets };

function problems(document: unknown, world: PolicyWorld = WORLD): readonly string[] {
  const parsed = parsePolicy(document, { world, stored: true });
  return parsed.ok ? [] : parsed.problems.map(({ pointer, message }) => `${pointer} ${message}`);
}
const tier = (name: string, where: unknown = {}, overflow?: string) => ({ name, where, overflow });

describe("a document that contradicts itself is told where", () => {
  test.each<[string, unknown, string]>([
    [
      "a provider's name in another cloud's words",
      { regions: ["gcp/europe-west1"] },
      "/regions/0 there is no provider gcp",
    ],
    ["a region of another cloud", { regions: ["ecs/westeurope"] }, "/regions/0 ecs has no region westeurope"],
    ["a region with a slip", { regions: ["ecs/eu-wst-1"] }, "did you mean eu-west-1?"],
    [
      "regions of no allowed provider",
      { providers: ["aci"], regions: ["eu-west-1", "ecs/us-east-1"] },
      "/regions none of these regions is of aci",
    ],
    [
      "regions outside the zones",
      { regions: ["us-east-1"], jurisdictions: ["EU", "CH"] },
      "/jurisdictions none of the regions us-east-1 is in EU or CH",
    ],
    [
      "zones no provider is in",
      { providers: ["ecs"], jurisdictions: ["MC"] },
      "/jurisdictions ecs have no region in MC",
    ],
    [
      "users nobody can find",
      { users: [{ place: "ecs/atlantis" }] },
      "/users/0/place nobody knows where ecs/atlantis is",
    ],
    ["users with a slip", { users: [{ place: "ecs/eu-west-11" }] }, "did you mean ecs/eu-west-1?"],
    [
      "weights that weigh nothing",
      { weights: { cost: 0, fidelity: 0, stability: 0 } },
      "/weights at least one weight",
    ],
    [
      "tiers that only take what is forbidden",
      { providers: ["agents"], tiers: [tier("a", { providers: ["ecs"] })] },
      "/tiers no tier reaches a place that is allowed: it takes only ecs",
    ],
    [
      "tiers of Spot alone without Spot",
      { spot: "forbid", tiers: [tier("a", { billing: ["spot"] })] },
      "spot is forbid",
    ],
    ["a tier called none", { tiers: [tier("none")] }, "/tiers/0/name none ends the overflow"],
    ["two tiers of one name", { tiers: [tier("a"), tier("a")] }, "/tiers/1/name there is a tier a already"],
    [
      "overflow with a slip",
      { tiers: [tier("own", {}, "clout"), tier("cloud")] },
      "/tiers/0/overflow there is no tier clout; did you mean cloud?",
    ],
    ["overflow into nowhere", { tiers: [tier("own", {}, "zzz"), tier("cloud")] }, "there are own, cloud"],
    [
      "a circle of three",
      { tiers: [tier("a"), tier("b", {}, "c"), tier("c", {}, "a")] },
      "/tiers/2/overflow the tiers go in a circle: a -> b -> c -> a",
    ],
    ["a tier into itself", { tiers: [tier("a", {}, "a")] }, "a -> a"],
    [
      "a tier nobody reaches",
      { tiers: [tier("a", {}, "none"), tier("b")] },
      "/tiers/1 tier b is never tried",
    ],
    [
      "a spread over more providers than allowed",
      { providers: ["ecs"], spread: { over: "provider", minimum: 2 } },
      "/spread/minimum replicas cannot be on 2 different providers: providers allows 1",
    ],
    [
      "a spread over more providers than there are",
      { spread: { over: "provider", minimum: 5 } },
      "cannot be on 5 different providers",
    ],
    [
      "a spread over more targets than named",
      { targets: ["aws"], spread: { over: "target", minimum: 2 } },
      "targets names 1",
    ],
    [
      "a spread over more targets than connected",
      { spread: { over: "target", minimum: 3 } },
      "2 of the targets that are connected are allowed",
    ],
    [
      "a spread over more connected providers",
      { targets: ["aws"], spread: { over: "provider", minimum: 2 } },
      "1 of the providers that are connected is allowed",
    ],
    [
      "a spread over more regions than named",
      { regions: ["ecs/eu-west-1"], spread: { over: "region", minimum: 2 } },
      "regions allows 1",
    ],
    [
      "a spread over more countries than allowed",
      { jurisdictions: ["DE"], spread: { over: "jurisdiction", minimum: 2 } },
      "jurisdictions allows 1",
    ],
    [
      "a spread over more countries than a cloud has",
      { providers: ["ecs"], jurisdictions: ["EU"], spread: { over: "jurisdiction", minimum: 20 } },
      "with regions of ecs",
    ],
    [
      "two requirements of one name",
      { require: [1, 2].map(() => ({ name: "x", when: "true", message: "m" })) },
      "/require/1/name the name x is taken already",
    ],
    [
      "a tier's expression",
      { tiers: [tier("a", { when: "offer.nope" })] },
      "/tiers/0/where/when line 1, column 7",
    ],
    [
      "approvals of a rule that needs none",
      { rules: [{ name: "x", on: ["deploy"], effect: "warn", message: "m", approvals: 2 }] },
      "/rules/0/approvals counts for effect approve and deny only",
    ],
    [
      "a freeze that ends before it begins",
      { freezes: [{ name: "x", message: "m", from: "2026-12-24T00:00:00Z", until: "2026-12-23T00:00:00Z" }] },
      "/freezes/0 until must be later than from",
    ],
    [
      "a freeze of both kinds",
      { freezes: [{ name: "x", message: "m", from: "2026-12-24T00:00:00Z", schedule: "0 0 * * *" }] },
      "/freezes/0 say from and until, or schedule and hours",
    ],
    [
      "a schedule that is none",
      { freezes: [{ name: "x", message: "m", schedule: "daily", hours: 1 }] },
      "/freezes/0/schedule a schedule has five fields",
    ],
  ])("%s", (_name, document, sentence) => {
    expect(problems(document).join("\n")).toContain(sentence);
  });
});

describe("what may well be is let be", () => {
  test.each<[string, unknown, PolicyWorld]>([
    ["a pool nobody has listed", { regions: ["home"], providers: ["agents"] }, WORLD],
    ["agents in any country", { providers: ["agents"], jurisdictions: ["MC"] }, WORLD],
    [
      "a spread before anything is connected",
      { spread: { over: "target", minimum: 3 } },
      { regions, targets: [] },
    ],
    [
      "a spread that may be ignored",
      { spread: { over: "provider", minimum: 5, whenUnsatisfiable: "ignore" } },
      WORLD,
    ],
    [
      "a bare name that two clouds and a pool may have",
      { regions: ["eu-west-1"], spread: { over: "region", minimum: 2 } },
      WORLD,
    ],
    ["a spread over regions without naming any", { spread: { over: "region", minimum: 2 } }, WORLD],
    [
      "a spread over countries with agents",
      { jurisdictions: ["EU"], spread: { over: "jurisdiction", minimum: 2 } },
      WORLD,
    ],
    [
      "tiers of which one is open",
      { spot: "forbid", tiers: [tier("s", { billing: ["spot"] }), tier("rest")] },
      WORLD,
    ],
    [
      "names where no catalog is at hand",
      { users: [{ place: "ecs/atlantis" }], regions: ["ecs/atlantis"] },
      { regions: [] },
    ],
    ["users in degrees", { users: [{ place: { latitude: 52.5, longitude: 13.4 }, weight: 3 }] }, WORLD],
    [
      "a freeze again and again",
      {
        freezes: [{ name: "x", message: "m", schedule: "0 17 * * 5", hours: 63, timeZone: "Europe/Berlin" }],
      },
      WORLD,
    ],
    [
      "rules for everything",
      {
        rules: [{ name: "x", on: ["deploy"], effect: "approve", approvals: 2, message: "m" }],
        failover: { purge: "graceful", failback: false },
        whenViolated: "report",
      },
      WORLD,
    ],
  ])("%s", (_name, document, world) => {
    expect(problems(document, world)).toEqual([]);
  });
});

describe("layers that leave nothing are told who says what", () => {
  const layer = (name: string, rules: object) => ({
    ref: { layer: "project", name, version: 1, hash: "" } as const,
    rules,
  });

  test.each<[string, object, object, string]>([
    ["providers", { providers: ["ecs"] }, { providers: ["aci"] }, "a and b have no providers in common"],
    [
      "regions",
      { regions: ["ecs/eu-west-1"] },
      { regions: ["aci/westeurope"] },
      "a and b have no regions in common",
    ],
    [
      "regions and providers",
      { regions: ["ecs/eu-west-1"] },
      { providers: ["aci"] },
      "none of these regions (policy a) is of aci, the only providers allowed (policy b)",
    ],
    [
      "zones and providers",
      { jurisdictions: ["US"] },
      { jurisdictions: ["EU"], providers: ["ecs", "aci"] },
      "have no region in EU, and at once in US (policy a and b)",
    ],
    [
      "tiers",
      { tiers: [{ name: "own", where: { providers: ["agents"] } }] },
      { providers: ["ecs"] },
      "no tier reaches",
    ],
  ])("%s", (_name, one, other, sentence) => {
    const policy = layered([layer("a", one), layer("b", other)]);
    expect(
      impossibilities(policy, WORLD)
        .map(({ message }) => message)
        .join(),
    ).toContain(sentence);
  });

  test("and sound ones are told nothing", () => {
    const policy = layered([
      layer("a", { providers: ["ecs", "aci"] }),
      layer("b", { jurisdictions: ["EU"] }),
    ]);
    expect(impossibilities(policy, WORLD)).toEqual([]);
  });

  test("a weaker inline spread changes nothing, a stronger one does", () => {
    const base = completePolicy(DEFAULT_POLICY, "shop", { spread: { over: "region", minimum: 2 } });
    const after = (minimum: number, over: "region" | "provider" = "region") =>
      narrow(base, { spread: { over, minimum } }).spread;
    expect(after(3)).toEqual({ over: "region", minimum: 3 });
    expect(after(2, "provider")).toEqual(base.spread);
    expect(
      narrow(base, { spread: { over: "region", minimum: 2, whenUnsatisfiable: "ignore" } }).spread,
    ).toEqual(base.spread);
  });
});
