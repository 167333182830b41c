import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeBook } from "../../src/catalog/book.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { allCloudOffers, cloudOffers } from "../../src/catalog/cloud-offers.ts";
import type { Needs } from "../../src/domain/needs.ts";
import type { Offer } from "../../src/domain/offer.ts";
import type { Cloud } from "../../src/domain/place.ts";
import { aService, aWorker } from "./needs.ts";

const book = builtInBook();

const anyNeeds: fc.Arbitrary<Needs> = fc
  .record({
    milliCpu: fc.integer({ min: 1, max: 40_000 }),
    memoryMiB: fc.integer({ min: 1, max: 300_000 }),
    ephemeralStorageGiB: fc.integer({ min: 0, max: 250 }),
    arch: fc.constantFrom("any", "amd64", "arm64"),
    scale: fc
      .record({
        min: fc.integer({ min: 0, max: 20 }),
        more: fc.integer({ min: 0, max: 20 }),
        concurrency: fc.constantFrom(undefined, 1, 80),
      })
      .map(({ min, more, concurrency }) => ({ min, max: Math.max(1, min + more), concurrency })),
    usage: fc.record(
      {
        requestsPerMonth: fc.integer({ min: 0, max: 100_000_000 }),
        requestMs: fc.integer({ min: 1, max: 30_000 }),
        hoursPerDay: fc.integer({ min: 1, max: 24 }),
      },
      { requiredKeys: [] },
    ),
  })
  .chain((changes) => fc.constantFrom(aService(changes), aWorker(changes)));

const region = fc.constantFrom<readonly [Cloud, string]>(
  ["ecs", "eu-west-1"],
  ["ecs", "us-west-2"],
  ["aci", "westeurope"],
  ["aci", "westus"],
  ["cloud-run", "us-central1"],
  ["cloud-run", "europe-west3"],
);

test("floor is at most expected, expected at most ceiling, and the lines are the expected price", () => {
  fc.assert(
    fc.property(anyNeeds, region, (needs, [provider, id]) => {
      for (const { price } of cloudOffers(provider, id, needs, book)) {
        if (price === undefined) continue;
        expect(Number(price.floorUsd)).toBeLessThanOrEqual(Number(price.expectedUsd));
        expect(Number(price.expectedUsd)).toBeLessThanOrEqual(Number(price.ceilingUsd));
        expect(price.lines.reduce((sum, { usd }) => sum + Number(usd), 0)).toBeCloseTo(
          Number(price.expectedUsd),
          6,
        );
        expect(price.asOf.from <= price.asOf.to).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test("an offer holds at least what is needed or says why it cannot", () => {
  fc.assert(
    fc.property(anyNeeds, region, (needs, [provider, id]) => {
      for (const { shape, impossible } of cloudOffers(provider, id, needs, book)) {
        const holds = shape.milliCpu >= needs.milliCpu && shape.memoryMiB >= needs.memoryMiB;
        expect(holds || impossible.some(({ rule }) => rule === "size")).toBe(true);
        if (!impossible.some(({ rule }) => rule === "size"))
          expect(shape.arch === needs.arch || needs.arch === "any" || provider !== "ecs").toBe(true);
      }
    }),
  );
});

test("a size that is more than was asked is said, field by field", () => {
  fc.assert(
    fc.property(anyNeeds, region, (needs, [provider, id]) => {
      for (const { shape, fidelity } of cloudOffers(provider, id, needs, book)) {
        const snapped = new Set(
          fidelity.filter(({ level }) => level === "snapped").map(({ field }) => field),
        );
        expect(snapped.has("/resources/cpu")).toBe(shape.milliCpu > needs.milliCpu);
        expect(snapped.has("/resources/memory")).toBe(shape.memoryMiB > needs.memoryMiB);
      }
    }),
  );
});

test("offers over all regions have ids that differ, and the same needs have the same ids", () => {
  fc.assert(
    fc.property(anyNeeds, (needs) => {
      const ids = allCloudOffers(needs, book).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(allCloudOffers(needs, book).map(({ id }) => id)).toEqual(ids);
    }),
    { numRuns: 5 },
  );
});

test("an id says place, size, architecture and billing", () => {
  expect(ids(cloudOffers("ecs", "eu-west-1", aService({ arch: "any" }), book))).toEqual([
    "ecs/eu-west-1/500m-1024Mi-amd64/on-demand",
    "ecs/eu-west-1/500m-1024Mi-amd64/spot",
    "ecs/eu-west-1/500m-1024Mi-arm64/on-demand",
    "ecs/eu-west-1/500m-1024Mi-arm64/spot",
  ]);
  expect(ids(cloudOffers("cloud-run", "us-central1", aService(), book))).toEqual([
    "cloud-run/us-central1/500m-512Mi-amd64/request",
    "cloud-run/us-central1/1000m-512Mi-amd64/instance",
  ]);
  expect(ids(cloudOffers("cloud-run", "us-central1", aWorker(), book))).toEqual([
    "cloud-run/us-central1/1000m-512Mi-amd64/worker-pool",
  ]);
});

test("a region that is not the cloud's has no offers", () => {
  expect(cloudOffers("ecs", "westeurope", aService(), book)).toEqual([]);
});

test("a place without a known rate has no price at all", () => {
  expect(
    only(
      cloudOffers(
        "aci",
        "westus2",
        aService({ kind: "service" }),
        makeBook(book.collected, [], book.regions),
      ),
    ).price,
  ).toBeUndefined();
  const [, spot] = cloudOffers("ecs", "ap-northeast-3", aService(), book);
  expect(spot?.billing).toBe("spot");
  expect(spot?.price).toBeUndefined();
});

describe("prices of a month", () => {
  test("Fargate and Container Instances bill scale.min now and scale.max at the most, whatever the hint", () => {
    const needs = aService({ scale: { min: 2, max: 3 }, usage: { requestsPerMonth: 5, requestMs: 5 } });
    const fargate = cloudOffers("ecs", "eu-west-1", needs, book)[0]?.price;
    // 2 x (730 h + 30 s) x (0.5 x 0.04048 + 1 x 0.004445), and 2 x 730 h of an address at 0.005
    expect(fargate).toMatchObject({
      floorUsd: "43.340511416666",
      expectedUsd: "43.340511416666",
      ceilingUsd: "65.010767125",
    });
    const aci = cloudOffers("aci", "westeurope", needs, book)[0]?.price;
    expect(aci?.floorUsd).toBe(aci?.expectedUsd);
  });

  test("Cloud Run by request bills the time of the requests when they do not overlap, and nothing at rest", () => {
    const scale = { min: 0, max: 4 };
    const needs = aService({ scale, usage: { requestsPerMonth: 2_000_000, requestMs: 80 } });
    // 2 M x 0.1 s x (0.5 x 0.000024 + 0.5 x 0.0000025) + 2 M x 0.0000004
    expect(cloudOffers("cloud-run", "us-central1", needs, book)[0]?.price).toMatchObject({
      floorUsd: "0",
      expectedUsd: "3.45",
    });
  });

  test("a busy service shares instances up to its concurrency, and never has more than scale.max", () => {
    const usage = { requestsPerMonth: 1_000_000_000, requestMs: 1000 };
    const quiet = cloudOffers(
      "cloud-run",
      "us-central1",
      aService({ scale: { min: 0, max: 1, concurrency: 2 }, usage }),
      book,
    );
    const [request] = quiet;
    expect(Number(request?.price?.expectedUsd)).toBeCloseTo(Number(request?.price?.ceilingUsd), 6);
  });

  test("traffic above what every instance can take is billed as every instance, of the size that is offered", () => {
    const usage = { requestsPerMonth: 1_000_000_000, requestMs: 60_000 };
    const small = aService({ milliCpu: 80, memoryMiB: 128, scale: { min: 0, max: 1 }, usage });
    const [request] = cloudOffers("cloud-run", "us-central1", small, book);
    expect(request?.shape.milliCpu).toBe(80);
    expect(request?.price?.expectedUsd).toBe(request?.price?.ceilingUsd);
  });

  test("without a hint one instance is taken to be busy all month, and the price says so", () => {
    const [request, instance] = cloudOffers(
      "cloud-run",
      "us-central1",
      aService({ scale: { min: 0, max: 4 } }),
      book,
    );
    for (const price of [request?.price, instance?.price]) {
      expect(Number(price?.expectedUsd) * 4).toBeCloseTo(Number(price?.ceilingUsd), 6);
      expect(price?.assumes?.[0]).toContain("usage.requestsPerMonth");
    }
  });

  test("hours a day shorten the life of an instance that may go to zero", () => {
    const usage = { requestsPerMonth: 1000, requestMs: 100, hoursPerDay: 6 };
    const [, instance] = cloudOffers(
      "cloud-run",
      "us-central1",
      aService({ scale: { min: 0, max: 1 }, usage }),
      book,
    );
    expect(Number(instance?.price?.expectedUsd) * 4).toBeCloseTo(Number(instance?.price?.ceilingUsd), 6);
    const idle = aService({ scale: { min: 0, max: 1 }, usage: { ...usage, requestsPerMonth: 0 } });
    expect(cloudOffers("cloud-run", "us-central1", idle, book)[1]?.price?.expectedUsd).toBe("0");
  });
});

const ids = (offers: readonly Offer[]): readonly string[] => offers.map(({ id }) => id);
function only(offers: readonly Offer[]): Offer {
  const [offer] = offers;
  if (offer === undefined || offers.length !== 1) throw new Error(`one offer expected, got ${offers.length}`);
  return offer;
}
