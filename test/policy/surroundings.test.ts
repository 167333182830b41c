import { describe, expect, test } from "vitest";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { estimatedRttMs, greatCircleKm } from "../../src/policy/latency.ts";
import { nearestChange, nearestSentence } from "../../src/policy/nearest-change.ts";
import { place } from "../../src/policy/place.ts";
import type { PlaceQuestion } from "../../src/policy/question.ts";
import { peersAt, pointIn, usersAt } from "../../src/policy/points.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { selects } from "../../src/policy/select.ts";
import { aService } from "../catalog/needs.ts";
import { anOffer, aPrice, OPEN_GATEWAY, OPEN_POLICY } from "./arbitraries.ts";

const { regions } = builtInBook();
const DUBLIN = { latitude: 53.35, longitude: -6.26 };
const SYDNEY = { latitude: -33.87, longitude: 151.21 };
const FRANKFURT = { latitude: 50.11, longitude: 8.68 };
const near = anOffer("near", { location: DUBLIN, gridGramsPerKwh: 300, price: aPrice("12") });
const far = anOffer("far", { location: SYDNEY, gridGramsPerKwh: 30, price: aPrice("10") });
const unknown = anOffer("unknown", { price: aPrice("11") });

function rank(policy: Partial<Policy>, more: Partial<PlaceQuestion> = {}) {
  const offers = [near, far, unknown];
  const whole = { ...OPEN_POLICY, ...policy };
  return place({ needs: aService(), offers, policy: whole, gateway: OPEN_GATEWAY, ...more });
}
const order = (...asked: Parameters<typeof rank>) => rank(...asked).ranked.map(({ offer }) => offer.id);
const only = (weights: Partial<Policy["weights"]>) => ({
  weights: { cost: 0, latency: 0, carbon: 0, fidelity: 0, stability: 0, ...weights },
});

describe("distance", () => {
  test("is that of the great circle, and the time grows with it", () => {
    expect(Math.round(greatCircleKm(DUBLIN, SYDNEY) / 100)).toBe(172);
    expect(greatCircleKm(DUBLIN, DUBLIN)).toBe(0);
    expect(estimatedRttMs(DUBLIN, DUBLIN)).toBe(5);
    expect(Math.round(estimatedRttMs(DUBLIN, FRANKFURT))).toBe(22);
  });

  test("to users counts where users are named, and only there", () => {
    const users = usersAt(
      [{ place: "ecs/eu-west-1", weight: 3 }, { place: FRANKFURT }, { place: "ecs/atlantis" }],
      regions,
    );
    expect(users).toHaveLength(2);
    expect(order(only({ latency: 1 }), { users })).toEqual(["near", "far", "unknown"]);
    expect(order(only({ latency: 1, cost: 0.001 }))).toEqual(["far", "unknown", "near"]);
  });

  test("that nobody knows counts as the farthest, and the offer says so", () => {
    const users = [{ ...DUBLIN, weight: 1 }];
    const { ranked } = rank(only({ latency: 1 }), { users });
    const score = (id: string) => ranked.find(({ offer }) => offer.id === id)?.scores["latency"];
    expect(score("unknown")).toBe(score("far"));
    expect(ranked.find(({ offer }) => offer.id === "unknown")?.notes).toEqual([
      "where it is is not known: counted as the farthest that is, 280 ms",
    ]);
  });
});

describe("carbon", () => {
  test("prefers the cleaner grid; unknown counts as the worst known, and says so", () => {
    const { ranked } = rank(only({ carbon: 1 }));
    expect(ranked.map(({ offer }) => offer.id)).toEqual(["far", "near", "unknown"]);
    expect(ranked[2]?.notes).toEqual([
      "carbon of its grid is not known: counted as the worst that is, 300 g/kWh",
    ]);
    expect(ranked[2]?.scores["carbon"]).toBe(ranked[1]?.scores["carbon"]);
  });

  test("of which nothing is known makes no difference", () => {
    const offers = [anOffer("a"), anOffer("b")];
    const { ranked } = rank(only({ carbon: 1 }), { offers });
    expect(ranked.map(({ total }) => total)).toEqual([1, 1]);
    expect(ranked[0]?.notes).toEqual(["carbon of its grid is not known"]);
  });

  test("is not shown where it weighs nothing", () => {
    expect(Object.keys(rank({}).ranked[0]?.scores ?? {})).toEqual(["cost", "fidelity", "stability"]);
  });
});

describe("being near what the workload talks to", () => {
  const peer = (maxLatencyMs: number) => [
    { place: "aws/eu-west-1", name: "orders", gibPerMonth: 1, maxLatencyMs },
  ];
  const refusals = (peers: PlaceQuestion["peers"]) =>
    rank({}, { peers }).rejected.map(({ offer, reasons }) => `${offer.id}: ${reasons[0]?.message}`);

  test("refuses what is too far by distance, and what nobody can place", () => {
    const peers = peersAt({ talksTo: peer(10) }, regions, new Map());
    expect(refusals(peers)).toEqual([
      "far: about 280 ms from orders by distance, and the spec allows 10 ms",
      "unknown: nobody knows where this place is, so it cannot be near orders: set location on its target",
    ]);
  });

  test("a workload is looked for where it runs", () => {
    const talksTo = [{ workload: "api", maxLatencyMs: 10 }, { workload: "db" }];
    expect(refusals(peersAt({ talksTo }, regions, new Map([["api", DUBLIN]])))).toHaveLength(2);
    expect(refusals(peersAt({ talksTo }, regions, new Map()))[0]).toContain("nobody knows where api is");
  });

  test("clouds go by both their names", () => {
    expect(pointIn(regions, "aws/eu-west-1")).toEqual(pointIn(regions, "ecs/eu-west-1"));
    expect(pointIn(regions, "eu-west-1")).toBeUndefined();
  });
});

describe("rules over the image and by expression", () => {
  const workload = {
    project: "acme",
    projectLabels: {},
    environment: "production",
    environmentClass: "production",
    environmentLabels: {},
    protected: false,
    image: "ghcr.io/acme/web:1",
    priority: 50,
    singleton: false,
  } as const;
  const digest = `sha256:${"a".repeat(64)}`;

  test("an image without a digest is refused where one is demanded", () => {
    const left = (facts: PlaceQuestion["workload"]) =>
      rank({ requireDigest: true }, { workload: facts }).ranked.length;
    expect(left(undefined)).toBe(0);
    expect(left(workload)).toBe(0);
    expect(left({ ...workload, image: `ghcr.io/acme/web@${digest}` })).toBe(3);
    expect(left({ ...workload, digest })).toBe(3);
  });

  test("an expression refuses with its own message, and one that cannot be decided says why", () => {
    const layer = { layer: "project", name: "shop", version: 1, hash: "" } as const;
    const require = [
      { name: "cheap", when: "offer.expectedUsd < 11.5", message: "Too dear", layer },
      { name: "known", when: "offer.gridGramsPerKwh < 1000.0", message: "Dirty", layer },
      { name: "wrong", when: "offer.id == ", message: "Unreadable", layer },
    ];
    const { rejected } = rank({ require: require.slice(0, 2) });
    expect(rejected.map(({ offer, reasons }) => [offer.id, reasons.map(({ message }) => message)])).toEqual([
      ["near", ["Too dear (rule cheap of policy shop)"]],
      ["unknown", ["Dirty (rule known of policy shop; it cannot be decided: no such key: gridGramsPerKwh)"]],
    ]);
    expect(rank({ require: require.slice(2) }).rejected[0]?.reasons[0]?.message).toContain(
      "it cannot be decided",
    );
  });

  test("a tier's every field counts", () => {
    const where = {
      providers: ["cloud-run"],
      targets: ["gcp"],
      regions: ["eu-west-1"],
      jurisdictions: ["EU"],
      billing: ["on-demand"],
      arch: ["amd64"],
      labels: { disk: "nvme" },
      when: "offer.expectedUsd < 20.0",
    } as const;
    const offer = anOffer("a", { labels: { disk: "nvme" } });
    const first = (changes: object) =>
      rank(
        {
          tiers: [
            { name: "first", where: { ...where, ...changes } },
            { name: "rest", where: {} },
          ],
        },
        { offers: [offer] },
      ).ranked[0]?.tier;
    expect(first({})).toBe("first");
    for (const other of [
      { providers: ["ecs"] },
      { targets: ["aws"] },
      { regions: ["ecs/eu-west-1"] },
      { jurisdictions: ["US"] },
      { billing: ["spot"] },
      { arch: ["arm64"] },
      { labels: { disk: "hdd" } },
      { when: "offer.expectedUsd < 5.0" },
      { when: "offer.labels.none == ''" },
    ])
      expect(first(other)).toBe("rest");
  });
});

describe("the nearest change", () => {
  test("is the fewest rules, then most places, the cheapest first", () => {
    const dear = (id: string, usd: string) =>
      anOffer(id, { price: aPrice(usd), place: { provider: "ecs", target: "aws", region: id } });
    const offers = [
      dear("a", "30"),
      dear("b", "20"),
      anOffer("c", { price: undefined }),
      anOffer("d", { price: aPrice("25"), billing: "spot" }),
    ];
    const { rejected } = rank({ maxUsdPerMonth: { expected: "10" }, spot: "forbid" }, { offers });
    const nearest = nearestChange(rejected);
    expect(nearest).toMatchObject({ rules: ["policy:maxUsdPerMonth.expected"], places: 2, first: "ecs/b" });
    expect(nearest && nearestSentence(nearest)).toBe(
      "Nearest is ecs/b. All that stands against it, and likewise against 1 more: expected 20.00 USD a month is above 10 USD, the cap of policy open",
    );
    expect(nearestChange(rejected.filter(({ offer }) => offer.id === "c"))).toMatchObject({
      rules: ["price"],
      places: 1,
    });
    expect(nearestChange([])).toBeUndefined();
  });
});

test("a policy selects by labels, names and classes, all that are there", () => {
  const here = {
    project: { labels: { tier: "gold" } },
    environment: { name: "pr-1", class: "preview", labels: { eu: "yes" } },
  } as const;
  expect(selects({}, here)).toBe(true);
  expect(selects({ projects: { labels: { tier: "gold" } } }, here)).toBe(true);
  expect(selects({ projects: { labels: { tier: "lead" } } }, here)).toBe(false);
  expect(selects({ projects: { labels: { toString: "x" } } }, here)).toBe(false);
  expect(
    selects({ environments: { names: ["pr-1"], classes: ["preview"], labels: { eu: "yes" } } }, here),
  ).toBe(true);
  expect(selects({ environments: { names: ["production"] } }, here)).toBe(false);
  expect(selects({ environments: { classes: ["production"] } }, here)).toBe(false);
  expect(selects({ environments: { labels: { eu: "no" } } }, here)).toBe(false);
});
