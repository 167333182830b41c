import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Offer } from "../../src/domain/offer.ts";
import { type Place, samePlace } from "../../src/domain/place.ts";
import { decidePlacement } from "../../src/policy/decision.ts";
import { replicaRanges } from "../../src/policy/replica-ranges.ts";
import { spreadValue } from "../../src/policy/spread.ts";
import { SPREAD_OVER, type Spread } from "../../src/policy/soft-rules.ts";
import { splitPrice } from "../../src/policy/split-price.ts";
import { anOffer, aPrice, OPEN_GATEWAY, OPEN_POLICY } from "./arbitraries.ts";
import { aService } from "../catalog/needs.ts";

const spreads: fc.Arbitrary<Spread> = fc.record({
  over: fc.constantFrom(...SPREAD_OVER),
  minimum: fc.integer({ min: 2, max: 3 }),
  whenUnsatisfiable: fc.constantFrom("refuse", "ignore"),
});
const PLACES: readonly Place[] = [
  { provider: "ecs", target: "aws", region: "eu-west-1" },
  { provider: "ecs", target: "aws", region: "us-east-1" },
  { provider: "cloud-run", target: "gcp", region: "europe-west1" },
  { provider: "agents", target: "home", region: "home", host: "a" },
  { provider: "agents", target: "home", region: "home", host: "b" },
  { provider: "agents", target: "shed", region: "shed", host: "c" },
];
/** Offers that nothing speaks against: few places, few prices, little room. */
const standing = fc
  .array(
    fc.record({
      place: fc.constantFrom(...PLACES),
      price: fc.constantFrom("0", "9", "10", "10", "40").map((usd) => aPrice(usd)),
      billing: fc.constantFrom("own", "on-demand", "spot"),
      capacityReplicas: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      jurisdictions: fc.constantFrom(["IE", "EU"], ["US"], []),
    }),
    { minLength: 2, maxLength: 8 },
  )
  .map((parts) => parts.map((offer, index) => anOffer(`offer-${index}`, { ...offer, path: LINE })));
const LINE = { transport: "line", reach: "line", bypassable: false } as const;
const asked = fc
  .tuple(standing, spreads, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 3 }))
  .map(([offers, spread, min, more]) => ({
    spread,
    question: {
      now: 0,
      gateway: OPEN_GATEWAY,
      offers: onePlace(offers),
      policy: { ...OPEN_POLICY, spread },
      needs: { ...aService(), scale: { min, max: Math.max(1, min + more) } },
    },
  }));

// However a place is bought, it is one place: its room and its country are the same.
function onePlace(offers: readonly Offer[]): readonly Offer[] {
  return offers.map((offer) => {
    const first = offers.find(({ place }) => samePlace(place, offer.place));
    return { ...offer, capacityReplicas: first?.capacityReplicas, jurisdictions: first?.jurisdictions ?? [] };
  });
}

test("a spread workload has every replica, on as many values as were asked for or is refused in words, and never more than there is room", () => {
  let spreadOut = 0;
  fc.assert(
    fc.property(asked, ({ question, spread }) => {
      const { choice, split } = decidePlacement(question);
      if (choice.chosen === undefined || split === undefined) return;
      if (!split.ok) {
        expect(split.because.length).toBeGreaterThan(20);
        return;
      }
      const { min } = question.needs.scale;
      expect(split.parts.reduce((sum, part) => sum + part.replicas, 0)).toBe(min);
      for (const { ranked } of split.parts) {
        const here = split.parts.filter((part) => samePlace(part.ranked.offer.place, ranked.offer.place));
        const replicas = here.reduce((sum, part) => sum + part.replicas, 0);
        expect(replicas).toBeLessThanOrEqual(ranked.offer.capacityReplicas ?? Infinity);
      }
      const values = new Set(
        split.parts
          .filter(({ replicas }) => replicas > 0 || min === 0)
          .map(({ ranked }) => spreadValue(ranked.offer, spread.over)),
      );
      if (spread.whenUnsatisfiable === "refuse") expect(values.size).toBeGreaterThanOrEqual(spread.minimum);
      if (values.size > 1) spreadOut += 1;
    }),
    { numRuns: 3_000 },
  );
  expect(spreadOut).toBeGreaterThan(100);
});

test("ranges keep what was decided: the least adds up to scale.min, and the most to scale.max where a cloud sets no bound", () => {
  fc.assert(
    fc.property(asked, ({ question }) => {
      const { split } = decidePlacement(question);
      if (split?.ok !== true) return;
      const { min, max } = question.needs.scale;
      const ranges = replicaRanges(split.parts, { min, max });
      expect(ranges.reduce((sum, range) => sum + range.min, 0)).toBe(min);
      for (const range of ranges) expect(range.max).toBeGreaterThanOrEqual(Math.max(1, range.min));
      const unbound =
        split.parts.length === 1 ||
        split.parts.some(
          ({ ranked: { offer } }) =>
            offer.capacityReplicas === undefined && offer.place.provider !== "agents",
        );
      if (unbound && min > 0) expect(ranges.reduce((sum, range) => sum + range.max, 0)).toBe(max);
    }),
    { numRuns: 500 },
  );
});

test("a workload that runs where it was put stays there, spread or overflowed", () => {
  fc.assert(
    fc.property(asked, fc.boolean(), fc.nat({ max: 2 }), ({ question }, tiered, turn) => {
      const policy = tiered
        ? {
            ...question.policy,
            spread: undefined,
            tiers: [
              { name: "own", where: { providers: ["agents"] as const } },
              { name: "rest", where: {} },
            ],
          }
        : question.policy;
      const first = decidePlacement({ ...question, policy });
      if (first.split?.ok !== true) return;
      const incumbents = first.split.parts.map(({ ranked: { offer } }) => ({
        place: offer.place,
        offer: offer.id,
        billing: offer.billing,
        shape: offer.shape,
      }));
      const held = first.split.parts.map(({ ranked, replicas }) => ({ place: ranked.offer.place, replicas }));
      const shuffled = [...incumbents.slice(turn), ...incumbents.slice(0, turn)];
      const incumbent = shuffled[0];
      const again = decidePlacement({ ...question, policy, incumbent, incumbents: shuffled, held });
      const places = (split: ReturnType<typeof decidePlacement>["split"]) =>
        split?.ok === true
          ? split.parts.map(({ ranked, replicas }) => `${ranked.offer.id} ${replicas}`).sort()
          : [];
      expect(places(again.split)).toEqual(places(first.split));
    }),
    { numRuns: 3_000 },
  );
});

const pool = (id: string, capacityReplicas: number) =>
  anOffer(id, {
    place: { provider: "agents", target: "home", region: "home", host: id },
    billing: "own",
    price: aPrice("0"),
    path: { transport: "line", reach: "line", bypassable: false },
    capacityReplicas,
  });
const cloud = (id: string, usd: string, region = id) =>
  anOffer(id, { place: { provider: "ecs", target: "aws", region }, price: aPrice(usd) });
const decide = (offers: readonly ReturnType<typeof anOffer>[], min: number, policy = {}) =>
  decidePlacement({
    now: 0,
    needs: { ...aService(), scale: { min, max: min } },
    offers,
    policy: { ...OPEN_POLICY, ...policy },
    gateway: OPEN_GATEWAY,
  });
const partsOf = ({ split }: ReturnType<typeof decide>): unknown =>
  split?.ok === true
    ? split.parts.map(({ ranked, replicas }) => [ranked.offer.id, replicas])
    : split?.because;

describe("tiers", () => {
  const tiers = [
    { name: "own", where: { providers: ["agents"] } },
    { name: "cloud", where: { providers: ["ecs"] } },
  ];

  test("overflow into the next only with what the first has no room for", () => {
    expect(partsOf(decide([pool("h1", 2), pool("h2", 1), cloud("eu", "9")], 5, { tiers }))).toEqual([
      ["h1", 2],
      ["h2", 1],
      ["eu", 2],
    ]);
  });

  test("that end do not overflow: the place after the end is refused", () => {
    const ended = [{ ...tiers[0], overflow: "none" }, tiers[1]];
    const within = [{ tiers: ended, layer: { layer: "project", name: "own", version: 1, hash: "" } }];
    const decision = decide([pool("h1", 2), cloud("eu", "9")], 5, { tiers: ended, within });
    expect(decision.placement.rejected.map(({ offer, reasons }) => [offer.id, reasons[0]?.message])).toEqual([
      ["eu", "in no tier of policy own: own"],
    ]);
    expect(partsOf(decision)).toContain("room for 2");
  });
});

describe("a spread", () => {
  const spread = { over: "region", minimum: 2 } as const;

  test("takes the best place of each value, in parts as even as can be", () => {
    const offers = [cloud("a", "5"), cloud("a2", "6", "a"), cloud("b", "7"), cloud("c", "9")];
    expect(partsOf(decide(offers, 5, { spread }))).toEqual([
      ["a", 3],
      ["b", 2],
    ]);
  });

  test("of one replica is refused with what to set", () => {
    expect(partsOf(decide([cloud("a", "5"), cloud("b", "7")], 1, { spread }))).toContain(
      "set scale.min to 2",
    );
  });

  test("with one value left is refused with its name, or ignored where the policy says so", () => {
    expect(partsOf(decide([cloud("a", "5")], 4, { spread }))).toContain("only 1 can take it (ecs/a)");
    expect(
      partsOf(decide([cloud("a", "5")], 4, { spread: { ...spread, whenUnsatisfiable: "ignore" } })),
    ).toEqual([["a", 4]]);
  });

  test("that has not the room says how much it has", () => {
    expect(partsOf(decide([pool("h1", 1), cloudWithRoom("a", 1)], 4, { spread }))).toContain(
      "room for 2 of 4",
    );
  });
});

const cloudWithRoom = (id: string, capacityReplicas: number) => ({ ...cloud(id, "5"), capacityReplicas });

test("without tiers the next place that has room for all is taken, and the reason says why", () => {
  const decision = decide([pool("h1", 2), cloud("eu", "9")], 5);
  expect(partsOf(decision)).toEqual([["eu", 5]]);
  expect(decision.choice.because).toContain("has room for 2 of 5 replicas now");
});

test("the price of replicas in several places is each place's by its part, and its lines make the sum", () => {
  const line = { meter: "cpu-second", unit: "s", rateUsd: "0.1", asOf: "2026-01-01", source: "x" };
  const priced = (id: string, usd: string) => ({
    ...cloud(id, usd),
    price: { ...aPrice(usd, "90"), lines: [{ ...line, quantity: "10", usd }], notPriced: ["logs"] },
  });
  const { split } = decide([priced("a", "9"), priced("b", "12")], 3, {
    spread: { over: "region", minimum: 2 },
  });
  const price = split?.ok === true ? splitPrice(split.parts) : undefined;
  expect(price).toMatchObject({ floorUsd: "10", expectedUsd: "10", ceilingUsd: "90" });
  expect(price?.lines.map(({ usd }) => usd)).toEqual(["6", "4"]);
  expect(price?.notPriced[1]).toContain("several places");
});
