import { describe, expect, test } from "vitest";
import { completePolicy, narrow } from "../../src/policy/layers.ts";
import { parsePolicy } from "../../src/policy/parse-policy.ts";
import { DEFAULT_POLICY } from "../../src/policy/policy.ts";
import { widenings } from "../../src/policy/widenings.ts";
import { OPEN_POLICY } from "./arbitraries.ts";

function problems(document: unknown, at?: string): readonly string[] {
  const parsed = parsePolicy(document, at === undefined ? {} : { at });
  return parsed.ok ? [] : parsed.problems.map(({ pointer, message }) => `${pointer} ${message}`);
}

test("a policy that says everything is read as it stands", () => {
  const document = {
    providers: ["ecs", "agents"],
    targets: ["aws"],
    regions: ["eu-west-1", "aci/westeurope"],
    jurisdictions: ["EU", "CH"],
    registries: ["ghcr.io"],
    arch: ["arm64"],
    spot: "allow",
    maxUsdPerMonth: { expected: "25.00", ceiling: 100 },
    minimumFidelity: "snapped",
    allowPlainHttp: true,
    weights: { cost: 1, fidelity: 0, stability: 0.5 },
    movement: { minimumSavingPercent: 20 },
  };
  const parsed = parsePolicy(document, { name: "shop" });
  expect(parsed.ok && parsed.policy).toMatchObject({
    ...document,
    name: "shop",
    jurisdictions: [["EU", "CH"]],
    maxUsdPerMonth: { expected: "25", ceiling: "100" },
  });
});

test("a policy that says nothing forbids Spot, clear text and dropped fields", () => {
  const parsed = parsePolicy({});
  expect(parsed).toMatchObject({
    ok: true,
    rules: {},
    policy: { spot: "forbid", allowPlainHttp: false, minimumFidelity: "emulated" },
  });
});

test("what a document leaves out of a group keeps its default", () => {
  const parsed = parsePolicy({ weights: { cost: 1 }, movement: {} });
  expect(parsed.ok && parsed.policy.weights).toEqual({ ...DEFAULT_POLICY.weights, cost: 1 });
  expect(parsed.ok && parsed.policy.movement).toEqual(DEFAULT_POLICY.movement);
});

describe("what is wrong is said with its place in the document", () => {
  test.each<[string, unknown, string]>([
    ["an unknown field", { region: ["eu"] }, "/region unknown field; did you mean regions?"],
    ["an unknown field like no other", { zzzzzz: 1 }, "/zzzzzz unknown field; remove it"],
    [
      "an unknown field of a group",
      { weights: { costs: 1 } },
      "/weights/costs unknown field; did you mean cost?",
    ],
    ["an unknown provider", { providers: ["gcp"] }, "/providers/0 write ecs, aci, cloud-run or agents"],
    ["a list that allows nothing", { regions: [] }, "/regions must name at least one, or be left out"],
    ["an empty name", { targets: [""] }, "/targets/0 must not be empty"],
    [
      "a country in small letters",
      { jurisdictions: ["de"] },
      "/jurisdictions/0 must be an ISO country such as DE, or EU or EEA",
    ],
    ["a word for Spot that is none", { spot: "maybe" }, "/spot write allow or forbid"],
    [
      "money that is no decimal",
      { maxUsdPerMonth: { ceiling: "1e3" } },
      '/maxUsdPerMonth/ceiling must be USD as a decimal from 0 to 1000000000, such as "25.00"',
    ],
    [
      "money below zero",
      { maxUsdPerMonth: { expected: -1 } },
      '/maxUsdPerMonth/expected must be USD as a decimal from 0 to 1000000000, such as "25.00"',
    ],
    [
      "money that nobody has",
      { maxUsdPerMonth: { expected: "9999999999" } },
      '/maxUsdPerMonth/expected must be USD as a decimal from 0 to 1000000000, such as "25.00"',
    ],
    [
      "money that is a list",
      { maxUsdPerMonth: { expected: [] } },
      '/maxUsdPerMonth/expected must be USD as a decimal, such as "25.00"',
    ],
    [
      "a weight that is not a number",
      { weights: { cost: Number.NaN } },
      "/weights/cost is not a finite number",
    ],
    [
      "weights that weigh nothing",
      { weights: { cost: 0, fidelity: 0, stability: 0 } },
      "/weights at least one weight must be above 0; latency counts only where users are named",
    ],
    ["a flag in words", { allowPlainHttp: "yes" }, "/allowPlainHttp write true or false, not text"],
    ["an architecture nobody runs", { arch: ["mips"] }, "/arch/0 write amd64 or arm64"],
    [
      "a level that is none",
      { minimumFidelity: "good" },
      "/minimumFidelity write exact, snapped, emulated or dropped",
    ],
  ])("%s", (_name, document, problem) => {
    expect(problems(document)).toEqual([problem]);
  });

  test("a document that is no object", () => {
    for (const document of [undefined, null, 3, "cheap", []]) expect(problems(document)).toHaveLength(1);
  });

  test("below the pointer it was found at", () => {
    expect(problems({ spt: "allow" }, "/policy")).toEqual(["/policy/spt unknown field; did you mean spot?"]);
  });

  test("of a thousand problems at most fifty", () => {
    expect(problems({ targets: Array.from({ length: 400 }, () => "") })).toHaveLength(50);
  });
});

describe("an inline policy", () => {
  test("may only narrow: rules intersect", () => {
    const base = completePolicy(OPEN_POLICY, "shop", {
      regions: ["eu-west-1", "ecs/eu-central-1", "us-east-1"],
      providers: ["ecs", "aci"],
      maxUsdPerMonth: { expected: "20" },
    });
    const narrowed = narrow(base, {
      regions: ["ecs/eu-west-1", "eu-central-1"],
      providers: ["aci", "agents"],
      maxUsdPerMonth: { expected: "30", ceiling: "40" },
      spot: "forbid",
      minimumFidelity: "snapped",
      allowPlainHttp: false,
      weights: { cost: 3 },
    });
    expect(narrowed).toMatchObject({
      name: "shop + inline",
      regions: ["ecs/eu-central-1", "ecs/eu-west-1"],
      providers: ["aci"],
      maxUsdPerMonth: { expected: "20", ceiling: "40" },
      spot: "forbid",
      minimumFidelity: "snapped",
      allowPlainHttp: false,
      weights: { ...OPEN_POLICY.weights, cost: 3 },
    });
  });

  test("that is laxer changes nothing, and its author is told each field", () => {
    const base = completePolicy(DEFAULT_POLICY, "shop", {
      providers: ["ecs"],
      regions: ["eu-west-1"],
      minimumFidelity: "exact",
    });
    const lax = {
      providers: ["aci"],
      regions: ["us-east-1"],
      spot: "allow",
      allowPlainHttp: true,
      minimumFidelity: "dropped",
    } as const;
    expect(narrow(base, lax)).toMatchObject({
      providers: [],
      regions: [],
      spot: "forbid",
      allowPlainHttp: false,
      minimumFidelity: "exact",
    });
    expect(widenings(base, lax, "/policy").map(({ pointer }) => pointer)).toEqual([
      "/policy/providers",
      "/policy/regions",
      "/policy/spot",
      "/policy/allowPlainHttp",
      "/policy/minimumFidelity",
    ]);
    expect(widenings(base, lax)[0]?.message).toContain("policy shop is stricter");
  });

  test("that names a country inside the base's zone keeps that country", () => {
    const base = completePolicy(OPEN_POLICY, "residency", { jurisdictions: ["EU"] });
    const german = narrow(base, { jurisdictions: ["DE"] });
    expect(german.jurisdictions).toEqual([["DE"], ["EU"]]);
    expect(narrow(german, {}).jurisdictions).toEqual(german.jurisdictions);
    expect(widenings(base, { jurisdictions: ["DE"] })).toEqual([]);
  });

  test("that narrows is told nothing", () => {
    const rules = {
      providers: ["ecs"],
      regions: ["eu-west-1"],
      spot: "forbid",
      minimumFidelity: "exact",
      allowPlainHttp: false,
    } as const;
    expect(widenings(OPEN_POLICY, rules)).toEqual([]);
    expect(widenings(OPEN_POLICY, {})).toEqual([]);
  });
});
