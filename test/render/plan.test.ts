import { describe, expect, test } from "vitest";
import type { Block } from "../../src/render/block.ts";
import { planBlocks, type PlanReading } from "../../src/render/plan.ts";
import { toMarkdown } from "../../src/render/to-markdown.ts";
import { toText } from "../../src/render/to-text.ts";

const place = { provider: "ecs", target: "aws", region: "eu-west-1" } as const;
const shape = { milliCpu: 500, memoryMiB: 1024, ephemeralStorageGiB: 20, arch: "amd64" } as const;
const line = {
  meter: "cpu-second",
  quantity: "1314000",
  unit: "vCPU-second",
  rateUsd: "0.00001",
  usd: "13.14",
  asOf: "2026-08-15",
  source: "the vendor's price list",
} as const;
const price = {
  floorUsd: "13.14",
  expectedUsd: "13.14",
  ceilingUsd: "52.56",
  lines: [line, { ...line, meter: "ipv4-hour", confidence: "low", note: "an old figure" } as const],
  notPriced: ["log-gib: logs are not priced yet"],
  asOf: { from: "2026-08-15", to: "2026-08-15" },
};
const offer = {
  id: "ecs/eu-west-1",
  place,
  shape,
  billing: "on-demand",
  price,
  fidelity: [{ field: "/resources/memory", level: "snapped", message: "memory 512 MiB -> 1 GiB" }],
  path: { transport: "tls", reach: "name", bypassable: false },
  jurisdictions: ["IE", "EU"],
  labels: {},
  impossible: [],
  simulated: false,
} as const;
const residency = { layer: "instance", name: "residency-eu", version: 3, hash: "77ab" } as const;
const shop = { layer: "project", name: "shop", version: 12, hash: "9c41" } as const;

const reading: PlanReading = {
  id: "plan_14",
  state: "held",
  stateReason: "waits for 1 approval",
  workload: "web",
  environment: "production",
  generation: 14,
  trigger: "deploy",
  actor: "token:ci",
  reason: "changed",
  source: { repo: "acme/web", commit: "3f9d1c2aa" },
  createdAt: "2026-11-22T10:00:00.000Z",
  units: [{ place, shape, billing: "on-demand", offer: offer.id }],
  price,
  ranked: [
    {
      offer,
      total: 0.94,
      scores: { cost: 0.97, latency: 0.9 },
      tier: "home",
      notes: ["carbon: not known here, counted as 0.5"],
    },
  ],
  rejected: [
    {
      offer: { id: "aci/x", place: { provider: "aci", region: "x" } },
      reasons: [{ rule: "price", message: "price not known" }],
    },
  ],
  policy: "shop",
  layers: [residency, shop],
  overrides: ["avoids ecs us-east-1: slow on Sunday"],
  holds: [
    { kind: "approval", rule: "production", message: "somebody else must agree", layer: shop, approvals: 1 },
  ],
  passed: [
    {
      rule: "no-latest",
      layer: residency,
      by: {
        exception: "exc_1",
        until: "2026-12-01T00:00:00.000Z",
        requester: "token:ci",
        approvers: ["token:ops", "token:sec"],
      },
    },
  ],
  receipt: "3f9a1c2b".padEnd(64, "0"),
  logTail: [],
};

test("a plan shows its ranking, tier, scores, fidelity, layers, overrides, holds, exceptions, refusals, bill and receipt", async () => {
  await expect(toText(planBlocks(reading, false), 100)).toMatchFileSnapshot("plan.golden.txt");
});

test("the same plan in Markdown has the same tables", async () => {
  await expect(toMarkdown(planBlocks(reading, false))).toMatchFileSnapshot("plan.golden.md");
});

test("no line of a plan is wider than 80 columns but for what is copied", () => {
  for (const text of toText(planBlocks(reading, true), 80).split("\n"))
    expect(text.includes("berth replay") || text.length <= 80, text).toBe(true);
});

describe("texts that somebody else wrote", () => {
  const blocks = (text: string): readonly Block[] => [
    { kind: "words", text },
    { kind: "said", about: "policy  ", text },
    { kind: "heading", text },
    { kind: "log", text },
    {
      kind: "table",
      columns: [{ title: "A" }, { title: "B" }],
      rows: [[text, text]],
      indent: 2,
      titled: true,
    },
  ];

  test("never steer a terminal", () => {
    const text = toText(blocks("\u001B[2Jwiped\u0007"), 80);
    for (const control of ["\u001B", "\u0007"]) expect(text).not.toContain(control);
  });

  test("are never read as Markdown or HTML", () => {
    const text = toMarkdown(blocks("<img src=x> | **b** `c` [d](e) # f ~~g~~"));
    const bare = text.replaceAll(/\\[^\s]/g, "").replaceAll(/`[^`]*`/g, "");
    expect(bare).not.toMatch(/[<>[\]~]|\*\*b|`/);
    expect(
      text
        .split("\n")
        .filter((row) => row.startsWith("| "))
        .every((row) => row.replaceAll("\\|", "").split("|").length === 4),
    ).toBe(true);
  });
});

test("a plan of several places shows how many replicas go where, and one bill of all of them", () => {
  const far = { ...offer, id: "ecs/us-east-1", place: { ...place, region: "us-east-1" } };
  const split: PlanReading = {
    ...reading,
    units: [
      { place, shape, billing: "on-demand", offer: offer.id, replicas: { min: 2, max: 4 } },
      { place: far.place, shape, billing: "on-demand", offer: far.id, replicas: { min: 1, max: 1 } },
    ],
    ranked: [offer, far].map((one) => ({ offer: one, total: 0.9, scores: {} })),
    price: { ...price, expectedUsd: "19.71", lines: [line, { ...line, quantity: "657000", usd: "6.57" }] },
  };
  const text = toText(planBlocks(split, true), 100);
  expect(text).toMatch(/2-4 {2}Fargate {2}aws eu-west-1/);
  expect(text).toMatch(/ 1 {2}Fargate {2}aws us-east-1/);
  expect(text).toMatch(/2 places together/);
  expect(text).toMatch(/657000 .* 6\.57/);
});
